using Coracle.Distribution.Images;
using Coracle.Engine;
using Coracle.Engine.Operations;
using Coracle.Filesystem.Snapshots;
using Coracle.Kernel.Handles;
using Coracle.Kernel.Paths;
using Coracle.TestSupport;
using Coracle.TestSupport.Layers;

namespace Coracle.IntegrationTests.Filesystem;

/// <summary>Images that other tools made, pulled from a real registry, beside what other tools unpack them to.</summary>
public sealed class ImageTreeTests(FixtureRegistry registry) : IAsyncLifetime
{
    private readonly TempDirectory _directory = new("trees");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        Prerequisite.RequireRoot();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        _directory.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData("busybox")]
    [InlineData("configured")]
    [InlineData("debian:bookworm")]
    [InlineData("hundred")]
    [InlineData("oddities")]
    [InlineData("postgres:15")]
    public async Task Tree_OfAPulledImage_IsTheOneThatUmociUnpacks(string name)
    {
        Prerequisite.RequireTool("skopeo", "umoci");
        string image = await registry.GetImageAsync(name);
        string layout = $"{_directory["layout"]}:image";
        await Tool.RunAsync("skopeo", ["copy", "--src-tls-verify=false", $"docker://{image}", $"oci:{layout}"], Token);
        await Tool.RunAsync("umoci", ["unpack", "--image", layout, _directory["bundle"]], Token);

        await CompareAsync(image, TreeListing.Read(Path.Combine(_directory["bundle"], "rootfs")));
    }

    [Theory]
    [InlineData("busybox")]
    [InlineData("configured")]
    [InlineData("oddities")]
    [InlineData("redis:latest")]
    [InlineData("nginx:latest")]
    public async Task Tree_OfAPulledImage_IsTheOneThatBuildahMounts(string name)
    {
        Prerequisite.RequireTool("buildah");
        string image = await registry.GetImageAsync(name);
        string[] storage = ["--root", _directory["root"], "--runroot", _directory["run"], "--storage-driver", "overlay"];
        string container = (await Tool.RunAsync("buildah", [.. storage, "from", "--tls-verify=false", $"docker://{image}"], Token)).Trim();
        try
        {
            string path = (await Tool.RunAsync("buildah", [.. storage, "mount", container], Token)).Trim();
            await CompareAsync(image, TreeListing.Read(path));
        }
        finally
        {
            await Tool.RunAsync("buildah", [.. storage, "umount", container], CancellationToken.None);
            await Tool.TryRunAsync("umount", [_directory["root/overlay"]], CancellationToken.None);
        }
    }

    private async Task CompareAsync(string image, IReadOnlyList<string> tree)
    {
        string[] expected = Comparable(tree);
        expected.Should().HaveCountGreaterThan(5);
        foreach (LayerFormat format in (LayerFormat[])[LayerFormat.Directory, LayerFormat.Erofs])
        {
            string[] actual = Comparable(await ListAsync(image, format));
            string[] differences = [.. expected.Except(actual).Select(static line => "- " + line), .. actual.Except(expected).Select(static line => "+ " + line)];
            string.Join('\n', differences).Should().BeEmpty("layers of the format {0} hold the same tree", format);
            actual.Should().HaveSameCount(expected);
        }
    }

    // Not the root: for one that no layer has an entry for, every tool makes up something else. Nor the number of links: it
    // counts names that an upper layer hides, and a tree in one piece has none of those.
    private static string[] Comparable(IReadOnlyList<string> tree) =>
        [.. tree.Skip(1).Select(static line => line.Contains(" = ", StringComparison.Ordinal) ? line[..line.LastIndexOf(" of ", StringComparison.Ordinal)] : line)];

    private async Task<IReadOnlyList<string>> ListAsync(string image, LayerFormat format)
    {
        string root = _directory[format.ToString()];
        await using EngineServices services = await EngineComposer.ComposeAsync(
            new CoracleRuntimeOptions { DataRoot = root, LayerFormat = format }, Token);
        await new ImageOperations(services).PullAsync(ImageReference.Parse(image), cancellationToken: Token);
        StoredImage stored = services.Images.Find(ImageReference.Parse(image))!;
        string directory = Directory.CreateDirectory(Path.Combine(root, "containers", "tree")).FullName;
        using Snapshot snapshot = await services.Snapshots.PrepareAsync(directory, stored.Layers, durable: false, Token);
        using FileDescriptor mounted = snapshot.Mount();
        return TreeListing.Read(ProcPath.Of(mounted));
    }
}
