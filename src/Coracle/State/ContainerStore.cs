using System.Text.Json;
using Coracle.Kernel.Errors;
using Coracle.Kernel.Files;
using Coracle.Kernel.Interop;

namespace Coracle.State;

/// <summary>The records of containers on disk.</summary>
internal sealed class ContainerStore(StateDirectories directories)
{
    private const string RecordFile = "container.json";
    private const string StateFile = "state.json";
    private const string ConfigFile = "config.json";
    private const string HealthFile = "health.json";
    private const string StagingPrefix = ".new-";
    private const uint DirectoryMode = 0x1C9; // 0711: the container's user walks through it to its binds

    /// <summary>
    /// Makes the directory and the record of a new container. It appears at once with its record: until then it has a name
    /// that says who is making it, so that the sweep knows whose it was.
    /// </summary>
    internal void Create(ContainerRecord record, bool durable)
    {
        string directory = DirectoryOf(record.Id);
        string staging = Path.Combine(directories.Containers, $"{StagingPrefix}{record.Owner}-{record.Id}");
        if (Libc.mkdir(staging, DirectoryMode) != 0)
            throw Errno.LastFailure("make container directory", staging);
        AtomicFile.WriteInPlace(
            Path.Combine(staging, RecordFile),
            JsonSerializer.SerializeToUtf8Bytes(record, StateJson.Default.ContainerRecord),
            durable);
        if (Libc.rename(staging, directory) != 0)
            throw Errno.LastFailure("make container directory", directory);
        if (durable)
            AtomicFile.SyncDirectory(directories.Containers);
    }

    /// <summary>The directories of containers whose maker died before they were complete.</summary>
    internal IEnumerable<string> HalfMade() => Directory
        .EnumerateDirectories(directories.Containers, StagingPrefix + "*")
        .Where(path => Path.GetFileName(path)[StagingPrefix.Length..].Split('-') is not [var owner, _]
            || !Owner.IsAlive(directories, owner));

    /// <summary>Replaces the record.</summary>
    internal void WriteRecord(ContainerRecord record, bool durable) => AtomicFile.Write(
        Path.Combine(DirectoryOf(record.Id), RecordFile),
        JsonSerializer.SerializeToUtf8Bytes(record, StateJson.Default.ContainerRecord),
        durable);

    /// <summary>Replaces the run state.</summary>
    internal void WriteState(string id, ContainerRunState state, bool durable) => AtomicFile.Write(
        Path.Combine(DirectoryOf(id), StateFile),
        JsonSerializer.SerializeToUtf8Bytes(state, StateJson.Default.ContainerRunState),
        durable);

    /// <summary>Replaces the runtime spec that the container was last started from.</summary>
    internal void WriteConfig(string id, ReadOnlySpan<byte> config, bool durable) =>
        AtomicFile.Write(Path.Combine(DirectoryOf(id), ConfigFile), config, durable);

    /// <summary>Reads the record; null if there is none, or it is not readable.</summary>
    internal ContainerRecord? ReadRecord(string id)
    {
        byte[]? bytes = ReadFile(id, RecordFile);
        try
        {
            return bytes is null ? null : JsonSerializer.Deserialize(bytes, StateJson.Default.ContainerRecord);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Reads the run state. A container without one was never started.</summary>
    internal ContainerRunState ReadState(string id)
    {
        byte[]? bytes = ReadFile(id, StateFile);
        try
        {
            return bytes is null
                ? ContainerRunState.New
                : JsonSerializer.Deserialize(bytes, StateJson.Default.ContainerRunState) ?? ContainerRunState.New;
        }
        catch (JsonException)
        {
            return ContainerRunState.New;
        }
    }

    /// <summary>Replaces what is known of the health. It is about one run, which no power cut survives.</summary>
    internal void WriteHealth(string id, ContainerHealth health) => AtomicFile.Write(
        Path.Combine(DirectoryOf(id), HealthFile),
        JsonSerializer.SerializeToUtf8Bytes(health, StateJson.Default.ContainerHealth),
        durable: false);

    /// <summary>Reads what is known of the health; null if nothing is.</summary>
    internal ContainerHealth? ReadHealth(string id)
    {
        byte[]? bytes = ReadFile(id, HealthFile);
        try
        {
            return bytes is null ? null : JsonSerializer.Deserialize(bytes, StateJson.Default.ContainerHealth);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The ids of all containers on disk.</summary>
    internal IEnumerable<string> Ids() => Directory.EnumerateDirectories(directories.Containers)
        .Select(path => Path.GetFileName(path))
        .Where(name => ContainerId.TryParse(name, out _));

    private byte[]? ReadFile(string id, string file)
    {
        try
        {
            return File.ReadAllBytes(Path.Combine(DirectoryOf(id), file));
        }
        catch (IOException e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private string DirectoryOf(string id) => Path.Combine(directories.Containers, id);
}
