using System.Formats.Tar;
using System.IO.Compression;
using Coracle.TestSupport;

namespace Coracle.Scenarios.Images;

/// <summary>The registry with the images of <c>tests/fixtures</c>, and one image that is made for the benchmarks.</summary>
internal sealed class BenchRegistry : IAsyncDisposable
{
    private readonly PrivateRegistry _registry;
    private readonly HttpClient _client;

    private BenchRegistry(PrivateRegistry registry)
    {
        _registry = registry;
        _client = new HttpClient { BaseAddress = registry.Address };
    }

    /// <summary>Host and port.</summary>
    public string Host => _registry.Host;

    /// <summary>The port on 127.0.0.1.</summary>
    public int Port => _registry.Port;

    /// <summary>Starts it; makes images that are missing first.</summary>
    public static async Task<BenchRegistry> StartAsync(IReadOnlyList<string> fixtures, CancellationToken cancellationToken)
    {
        string cache = Environment.GetEnvironmentVariable("CORACLE_FIXTURES") ?? "/var/cache/coracle-fixtures";
        if (fixtures.Any(fixture => !File.Exists(Path.Combine(cache, "made", fixture))))
            await Tool.RunAsync(FindScript(), fixtures, cancellationToken);
        PrivateRegistryOptions options = new() { StorageDirectory = Path.Combine(cache, "registry") };
        return new BenchRegistry(await PrivateRegistry.StartAsync(options, cancellationToken));
    }

    /// <summary>Reads what an image is made of, and makes the benchmark's own image if it is the one and is missing.</summary>
    public async Task<BenchImage> GetAsync(string name, string repository, string tag, CancellationToken cancellationToken)
    {
        if (repository == NpmImage.Repository && !await BenchImage.ExistsAsync(_client, repository, tag, cancellationToken))
            await NpmImage.PushAsync(Host, cancellationToken);
        return await BenchImage.ReadAsync(_client, name, Host, repository, tag, cancellationToken);
    }

    /// <summary>Extracts an image of plain layers, with the mount points that a runtime needs.</summary>
    public async Task ExtractAsync(BenchImage image, string directory, CancellationToken cancellationToken)
    {
        foreach (string digest in image.Layers)
        {
            await using Stream blob = await _client.GetStreamAsync($"v2/{image.Repository}/blobs/{digest}", cancellationToken);
            await using GZipStream tar = new(blob, CompressionMode.Decompress);
            await TarFile.ExtractToDirectoryAsync(tar, directory, overwriteFiles: true, cancellationToken);
        }
        foreach (string mountPoint in (string[])["dev", "proc", "sys"])
            Directory.CreateDirectory(Path.Combine(directory, mountPoint));
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _registry.DisposeAsync();
    }

    private static string FindScript()
    {
        const string Script = "tests/fixtures/make-images";
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (File.Exists(Path.Combine(at.FullName, Script)))
                return Path.Combine(at.FullName, Script);
        throw new InvalidOperationException($"{Script} is not above {AppContext.BaseDirectory}: run from the repository");
    }
}
