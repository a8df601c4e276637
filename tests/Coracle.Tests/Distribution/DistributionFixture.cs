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

    /// <param name="root">The directory of an earlier one; null for a new one.</param>
    /// <param name="configure">Changes the options.</param>
    /// <param name="timings">How patient to be.</param>
    /// <param name="dockerConfig">Docker's configuration file.</param>
    public DistributionFixture(
        string? root = null,
        Action<RegistryOptions>? configure = null,
        RegistryTimings? timings = null,
        string? dockerConfig = null)
    {
        _directory = root is null ? new TempDirectory("distribution") : null;
        Root = root ?? _directory!.Path;
        RegistryOptions options = new();
        configure?.Invoke(options);
        _client = new RegistryClient(
            new RegistrySettings(options),
            null,
            TimeProvider.System,
            timings ?? new RegistryTimings { FirstPause = TimeSpan.FromMilliseconds(1), Stall = TimeSpan.FromSeconds(10) },
            dockerConfig ?? "/nonexistent/config.json");
        Content = ContentStore.Open(Path.Combine(Root, "content"));
        Images = new ImageStore(Content);
        Puller = new ImagePuller(Content, Images, _client, null, TimeProvider.System);
    }

    public string Root { get; }

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
