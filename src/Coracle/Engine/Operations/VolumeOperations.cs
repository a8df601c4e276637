using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;
using Coracle.Engine.Events;
using Coracle.Filesystem.Snapshots;
using Coracle.Kernel.Errors;
using Coracle.Kernel.Files;
using Coracle.Kernel.Handles;
using Coracle.Kernel.Interop;
using Coracle.State;

namespace Coracle.Engine.Operations;

/// <summary>Named volumes: <c>volumes/&lt;name&gt;/volume.json</c> and the content beside it.</summary>
internal sealed partial class VolumeOperations(StateDirectories directories, EventHub events, TimeProvider time, Trash trash)
    : IVolumeOperations
{
    private const string ContentDirectory = "_data";
    private const string RecordFile = "volume.json";
    private const string LockFile = "lock";
    private const uint VolumeMode = 0x1C9; // 0711, as Docker
    private const uint ContentMode = 0x1ED; // 0755
    private const int MaxNameLength = 255;
    private static readonly Dictionary<string, string> NoLabels = [];
    private static readonly Dictionary<string, string> AnonymousLabels = new() { ["com.docker.volume.anonymous"] = "" };

    /// <summary>Whether a container of this data root uses a volume; set by the composition root.</summary>
    internal Func<string, string?> FindUser { get; init; } = static _ => null;

    /// <inheritdoc />
    public Task<VolumeInfo> CreateAsync(
        string? name = null,
        IReadOnlyDictionary<string, string>? labels = null,
        CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        name ??= RandomNumberGenerator.GetHexString(64, lowercase: true);
        CheckName(name);
        return Task.FromResult(GetOrCreate(name, labels, durable: true));
    }

    /// <inheritdoc />
    public Task<VolumeInfo> GetAsync(string name, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(Find(name) ?? throw NotFound("find volume", name));
    }

    /// <inheritdoc />
    public Task<IReadOnlyList<VolumeInfo>> ListAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult<IReadOnlyList<VolumeInfo>>(
        [
            .. Directory.EnumerateDirectories(directories.Volumes)
                .Select(path => Find(Path.GetFileName(path)))
                .OfType<VolumeInfo>()
                .OrderBy(static volume => volume.Name, StringComparer.Ordinal),
        ]);
    }

    /// <inheritdoc />
    public Task RemoveAsync(string name, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        cancellationToken.ThrowIfCancellationRequested();
        if (Find(name) is null)
            throw NotFound("remove volume", name);
        if (FindUser(name) is { } user)
            throw new ContainerRuntimeException(
                RuntimeErrorKind.Conflict, $"remove volume: {name}: the container {user} uses it (remove the container first)");

        Discard(name);
        return Task.CompletedTask;
    }

    /// <summary>The directory of a volume's content; the volume is made if it is missing.</summary>
    /// <param name="name">The name.</param>
    /// <param name="anonymous">Whether it was given one by the runtime.</param>
    /// <param name="durable">Whether a power cut must not lose it.</param>
    internal string ContentOf(string name, bool anonymous, bool durable) =>
        GetOrCreate(name, anonymous ? AnonymousLabels : null, durable).Path;

    /// <summary>Fills an empty volume with what the image has in its place.</summary>
    internal async Task FillAsync(string name, FileDescriptor root, string target, CancellationToken cancellationToken)
    {
        // The lock goes with the volume.
        using FileLock filling = await FileLock
            .AcquireAsync(Path.Combine(PathOf(name), LockFile), cancellationToken: cancellationToken).ConfigureAwait(false);
        await VolumeSeed.FillAsync(root, target, Path.Combine(PathOf(name), ContentDirectory), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Removes a volume with its container, if it was ever made.</summary>
    internal void RemoveAnonymous(string name)
    {
        if (Find(name) is not null)
            Discard(name);
    }

    /// <summary>Checks a name.</summary>
    /// <exception cref="ArgumentException">It is not a name of a volume.</exception>
    internal static void CheckName(string name)
    {
        if (name.Length > MaxNameLength || !NamePattern().IsMatch(name))
            throw new ArgumentException(
                $"'{name}' is not a volume name (letters, digits, '_', '.', '-', the first a letter or digit)", nameof(name));
    }

    private VolumeInfo GetOrCreate(string name, IReadOnlyDictionary<string, string>? labels, bool durable)
    {
        if (Find(name) is { } existing)
            return existing;
        string path = PathOf(name);
        MakeDirectory(path, VolumeMode);
        MakeDirectory(Path.Combine(path, ContentDirectory), ContentMode);
        VolumeRecord record = new() { Name = name, CreatedAt = time.GetUtcNow(), Labels = labels ?? NoLabels };
        AtomicFile.Write(
            Path.Combine(path, RecordFile), JsonSerializer.SerializeToUtf8Bytes(record, StateJson.Default.VolumeRecord), durable);
        if (durable)
            AtomicFile.SyncDirectory(directories.Volumes);
        events.Publish(EventSubject.Volume, "create", name, record.Labels);
        return ToInfo(record);
    }

    // A volume may hold many files: it goes out of sight at once and is deleted from there.
    private void Discard(string name)
    {
        trash.Discard(PathOf(name));
        events.Publish(EventSubject.Volume, "destroy", name, NoLabels);
    }

    private VolumeInfo? Find(string name)
    {
        if (!NamePattern().IsMatch(name))
            return null;
        try
        {
            byte[] bytes = File.ReadAllBytes(Path.Combine(PathOf(name), RecordFile));
            return JsonSerializer.Deserialize(bytes, StateJson.Default.VolumeRecord) is { } record ? ToInfo(record) : null;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
    }

    private VolumeInfo ToInfo(VolumeRecord record) =>
        new(record.Name, Path.Combine(PathOf(record.Name), ContentDirectory), record.CreatedAt, record.Labels);

    private string PathOf(string name) => Path.Combine(directories.Volumes, name);

    private static void MakeDirectory(string path, uint mode)
    {
        if (Libc.mkdir(path, mode) != 0 && Errno.Last is var errno && errno != Errno.EEXIST)
            throw Errno.Failure(errno, "create volume", path);
    }

    private static ContainerRuntimeException NotFound(string step, string name) =>
        new(RuntimeErrorKind.NotFound, $"{step}: there is no volume '{name}'");

    [GeneratedRegex(@"\A[a-zA-Z0-9][a-zA-Z0-9_.-]*\z")]
    private static partial Regex NamePattern();
}
