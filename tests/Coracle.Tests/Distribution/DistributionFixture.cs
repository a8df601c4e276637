using Coracle.Distribution.Content;
using Coracle.Distribution.Images;
using Coracle.Distribution.Registry;
using Coracle.TestSupport;

namespace Coracle.Tests.Distribution;

/// <summary>A puller with a store of its own, a receiver that unpacks nothing, and little patience.</summary>
internal sealed class DistributionFixture : IDisposable
{
    private readonly RegistryClient _client;
    private readonly TempDirectory? _directory;

    private DistributionFixture(
        TempDirectory? directory,
        ContentStore content,
        Action<RegistryOptions>? configure,
        RegistryTimings? timings,
        string? dockerConfig)
    {
        _directory = directory;
        Content = content;
        RegistryOptions options = new();
        configure?.Invoke(options);
        _client = new RegistryClient(
            new RegistrySettings(options),
            null,
            TimeProvider.System,
            timings ?? new RegistryTimings { FirstPause = TimeSpan.FromMilliseconds(1), Stall = TimeSpan.FromSeconds(10) },
            dockerConfig ?? "/nonexistent/config.json");
        Images = new ImageStore(Content);
        Puller = new ImagePuller(Content, Images, _client, null, TimeProvider.System);
    }

    /// <summary>The directory of the store.</summary>
    public string Root => Content.Root;

    public ContentStore Content { get; }

    public ImageStore Images { get; }

    public ImagePuller Puller { get; }

    public DrainReceiver Receiver { get; init; } = new();

    /// <summary>The names of the blobs that can be seen.</summary>
    public IReadOnlyList<string> Blobs =>
        [.. Directory.GetFiles(Path.Combine(Content.Root, "blobs", "sha256")).Select(f => "sha256:" + Path.GetFileName(f))];

    /// <summary>The files of what is not finished: partial blobs, leases.</summary>
    public IReadOnlyList<string> Unfinished =>
        [.. Directory.GetFiles(Content.IngestDirectory).Select(f => Path.GetFileName(f)).Where(name => name != "lock")];

    /// <summary>Makes one.</summary>
    /// <param name="root">The store of an earlier one; null for a new one.</param>
    /// <param name="configure">Changes the options.</param>
    /// <param name="timings">How patient to be.</param>
    /// <param name="dockerConfig">Docker's configuration file.</param>
    public static async Task<DistributionFixture> CreateAsync(
        string? root = null,
        Action<RegistryOptions>? configure = null,
        RegistryTimings? timings = null,
        string? dockerConfig = null)
    {
        TempDirectory? directory = root is null ? new TempDirectory("distribution") : null;
        ContentStore content = await ContentStore.OpenAsync(
            root ?? directory!["content"], TimeProvider.System, TestContext.Current.CancellationToken);
        return new DistributionFixture(directory, content, configure, timings, dockerConfig);
    }

    public Task<StoredImage> PullAsync(string reference, PullOptions? options = null) =>
        PullUntilAsync(reference, options, TestContext.Current.CancellationToken);

    public Task<StoredImage> PullUntilAsync(string reference, PullOptions? options, CancellationToken cancellationToken) =>
        Puller.PullAsync(ImageReference.Parse(reference), options, Receiver, cancellationToken);

    public void Dispose()
    {
        _client.Dispose();
        _directory?.Dispose();
    }
}
