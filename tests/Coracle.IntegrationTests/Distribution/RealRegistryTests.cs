using Coracle.Distribution.Images;
using Coracle.Tests.Distribution;
using Coracle.TestSupport;

namespace Coracle.IntegrationTests.Distribution;

public class RealRegistryTests
{
    private static readonly PullOptions Credentials = new()
    {
        Credentials = RegistryCredentials.FromPassword(PrivateRegistry.UserName, PrivateRegistry.Password),
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("oci", "gzip", "application/vnd.oci.image.layer.v1.tar+gzip")]
    [InlineData("oci", "zstd", "application/vnd.oci.image.layer.v1.tar+zstd")]
    [InlineData("oci", "none", "application/vnd.oci.image.layer.v1.tar")]
    [InlineData("v2s2", "gzip", "application/vnd.docker.image.rootfs.diff.tar.gzip")]
    [InlineData("v2s2", "none", "application/vnd.docker.image.rootfs.diff.tar")]
    public async Task Pull_EveryMediaType_IsVerifiedAndReadByOthers(string format, string compression, string layerType)
    {
        Prerequisite.RequireTool("skopeo", "umoci");
        await using PrivateRegistry registry = await PrivateRegistry.StartAsync(cancellationToken: Token);
        using PushedImage image = PushedImage.Create(compress: compression == "gzip");
        string[] options = compression switch
        {
            "zstd" => ["--format", format, "--dest-compress-format", "zstd"],
            "none" when format == "oci" => ["--preserve-digests"],
            "none" => ["--format", format, "--dest-compress=false"],
            _ => ["--format", format],
        };
        await image.PushAsync(registry.Image("a:1"), options);
        using DistributionFixture fixture = await DistributionFixture.CreateAsync();

        StoredImage pulled = await fixture.PullAsync(registry.Image("a:1"));

        if (compression != "none" || format == "oci")
            pulled.Layers.Should().OnlyContain(layer => layer.Blob.MediaType == layerType);
        fixture.Receiver.Layers.Should().BeEquivalentTo(pulled.Info.Layers).And.HaveCount(3);
        await ReadWithOthersAsync(fixture, registry.Image("a:1"), zstd: compression == "zstd");
    }

    [Fact]
    public async Task Pull_BasicAuthentication_NeedsTheCredentials()
    {
        Prerequisite.RequireTool("skopeo");
        await using PrivateRegistry registry = await PrivateRegistry.StartAsync(
            new PrivateRegistryOptions { BasicAuthentication = true }, Token);
        using PushedImage image = PushedImage.Create();
        await image.PushAsync(registry.Image("a:1"), "--dest-creds", $"{PrivateRegistry.UserName}:{PrivateRegistry.Password}");
        using DistributionFixture fixture = await DistributionFixture.CreateAsync();

        Func<Task> anonymous = () => fixture.PullAsync(registry.Image("a:1"));
        (await anonymous.Should().ThrowAsync<RegistryException>()).Which.Kind.Should().Be(RuntimeErrorKind.Unauthorized);

        await fixture.PullAsync(registry.Image("a:1"), Credentials);
        fixture.Receiver.Layers.Should().HaveCount(3);
    }

    [Fact]
    public async Task Pull_PrivateAuthority_IsTrustedByOptionOnly()
    {
        Prerequisite.RequireTool("skopeo");
        await using PrivateRegistry registry = await PrivateRegistry.StartAsync(
            new PrivateRegistryOptions { Tls = true, BasicAuthentication = true }, Token);
        using PushedImage image = PushedImage.Create();
        await image.PushAsync(registry.Image("a:1"), "--dest-creds", $"{PrivateRegistry.UserName}:{PrivateRegistry.Password}");
        using DistributionFixture distrusting = await DistributionFixture.CreateAsync();
        using DistributionFixture trusting = await DistributionFixture.CreateAsync(
            configure: options => options.TrustedAuthorities.Add(registry.Authority!.Certificate));

        Func<Task> distrusted = () => distrusting.PullAsync(registry.Image("a:1"), Credentials);
        (await distrusted.Should().ThrowAsync<RegistryException>().WithMessage("*not trusted*RegistryOptions.TrustedAuthorities*"))
            .Which.IsTransient.Should().BeFalse();

        await trusting.PullAsync(registry.Image("a:1"), Credentials);
        trusting.Receiver.Layers.Should().HaveCount(3);
    }

    [Fact]
    public async Task Pull_ThroughAMirror_KeepsTheName()
    {
        Prerequisite.RequireTool("skopeo");
        await using PrivateRegistry registry = await PrivateRegistry.StartAsync(cancellationToken: Token);
        using PushedImage image = PushedImage.Create();
        await image.PushAsync(registry.Image("library/a:1"));
        using DistributionFixture fixture = await DistributionFixture.CreateAsync(
            configure: options => options.Mirrors["docker.io"] = [registry.Address]);

        await fixture.PullAsync("a:1");

        fixture.Images.Find("docker.io/library/a:1").Should().NotBeNull();
        await ReadWithOthersAsync(fixture, "docker.io/library/a:1", zstd: false);
    }

    [Fact]
    public async Task Pull_ByDigestAndUnknownTag_FindsAndMisses()
    {
        Prerequisite.RequireTool("skopeo");
        await using PrivateRegistry registry = await PrivateRegistry.StartAsync(cancellationToken: Token);
        using PushedImage image = PushedImage.Create();
        await image.PushAsync(registry.Image("a:1"));
        using DistributionFixture fixture = await DistributionFixture.CreateAsync();
        Digest digest = (await fixture.PullAsync(registry.Image("a:1"))).Manifest.Digest;

        using DistributionFixture fresh = await DistributionFixture.CreateAsync();
        (await fresh.PullAsync(registry.Image($"a@{digest}"))).Manifest.Digest.Should().Be(digest);
        Func<Task> unknown = () => fresh.PullAsync(registry.Image("a:2"));
        await unknown.Should().ThrowAsync<ImageNotFoundException>();
    }

    private static async Task ReadWithOthersAsync(DistributionFixture fixture, string reference, bool zstd)
    {
        using TempDirectory target = new("others");
        string layout = fixture.Content.Root;
        await Tool.RunAsync("skopeo", ["copy", $"oci:{layout}:{reference}", $"dir:{target["dir"]}"], Token);
        (await Tool.RunAsync("umoci", ["list", "--layout", layout], Token)).Should().Contain(reference);
        // umoci of Debian 12 knows no zstd.
        if (!zstd)
        {
            await Tool.RunAsync("umoci", ["unpack", "--rootless", "--image", $"{layout}:{reference}", target["bundle"]], Token);
            File.Exists(target["bundle/rootfs/file2"]).Should().BeTrue();
        }
    }
}
