namespace Coracle.TestSupport;

/// <summary>
/// A registry with the images of <c>tests/fixtures</c>, shared by the tests of an assembly. Started, and the images made if
/// they are missing, when the first test asks for it.
/// </summary>
/// <remarks>Use: <c>[assembly: AssemblyFixture(typeof(FixtureRegistry))]</c>, and a constructor parameter of the test class.
/// The environment variable <c>CORACLE_TEST_REGISTRY</c> names one that runs already.</remarks>
public sealed class FixtureRegistry : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private PrivateRegistry? _registry;
    private Task<string>? _host;

    /// <summary>Host and port.</summary>
    public Task<string> GetHostAsync()
    {
        lock (_gate)
            return _host ??= StartAsync();
    }

    /// <summary>The full reference of an image of the fixtures.</summary>
    /// <param name="image">For example <c>busybox:zstd</c>.</param>
    public async Task<string> GetImageAsync(string image) => $"{await GetHostAsync()}/{image}";

    /// <summary>Ends the registry if this object started it. The images stay.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_registry is not null)
            await _registry.DisposeAsync();
    }

    private async Task<string> StartAsync()
    {
        if (Environment.GetEnvironmentVariable("CORACLE_TEST_REGISTRY") is { Length: > 0 } running)
            return running;
        Prerequisite.RequireRoot();
        Prerequisite.RequireTool("docker-registry", "buildah", "jq", "mmdebstrap", "skopeo", "umoci", "zstd");
        await Tool.RunAsync(Repository.PathOf("tests", "fixtures", "make-images"), []);
        string cache = Environment.GetEnvironmentVariable("CORACLE_FIXTURES") ?? "/var/cache/coracle-fixtures";
        _registry = await PrivateRegistry.StartAsync(
            new PrivateRegistryOptions { StorageDirectory = Path.Combine(cache, "registry"), ReadOnly = true });
        return _registry.Host;
    }
}
