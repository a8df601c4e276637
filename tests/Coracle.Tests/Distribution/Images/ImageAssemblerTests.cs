using System.Text;
using Coracle.Distribution.Images;

namespace Coracle.Tests.Distribution.Images;

public class ImageAssemblerTests
{
    private const string A = "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    private const string B = "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";

    [Fact]
    public void Assemble_Layers_AreChained()
    {
        StoredImage image = Assemble($$$"""{"rootfs":{"type":"layers","diff_ids":["{{{A}}}","{{{B}}}"]}}""", layers: 2);

        image.Layers[0].ChainId.ToString().Should().Be(A);
        image.Layers[0].Parent.Should().BeNull();
        // printf 'sha256:aaa... sha256:bbb...' | sha256sum
        image.Layers[1].ChainId.ToString().Should()
            .Be("sha256:" + Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.ASCII.GetBytes($"{A} {B}"))));
        image.Layers[1].Parent.Should().BeSameAs(image.Layers[0]);
        image.Info.Layers.Select(l => l.ToString()).Should().Equal(A, B);
    }

    [Fact]
    public void Assemble_NullMembers_AreEmpty()
    {
        StoredImage image = Assemble(
            """{"created":"yesterday","config":{"Env":null,"Cmd":null,"Volumes":null,"Labels":{"x":null},"StopSignal":""},"rootfs":{"type":"layers","diff_ids":null}}""");

        image.Info.CreatedAt.Should().BeNull();
        image.Info.Config.Environment.Should().BeEmpty();
        image.Info.Config.Labels.Should().Contain("x", "");
        image.Info.Config.StopSignal.Should().BeNull();
        image.Info.Platform.Os.Should().Be("linux");
    }

    [Fact]
    public void Assemble_FullConfiguration_IsMapped()
    {
        ImageConfig config = Assemble(
            """
            {"architecture":"arm64","variant":"v8","os":"linux","config":{"User":"1:2","ExposedPorts":{"80/tcp":{}},"Env":["A=b"],
             "Entrypoint":"/single","Cmd":["c","d"],"Volumes":{"/data":{}},"WorkingDir":"/w","StopSignal":"SIGQUIT","Future":[1]},
             "rootfs":{"type":"layers","diff_ids":[]}}
            """).Info.Config;

        config.Should().BeEquivalentTo(new ImageConfig
        {
            User = "1:2",
            ExposedPorts = ["80/tcp"],
            Environment = ["A=b"],
            Entrypoint = ["/single"],
            Command = ["c", "d"],
            Volumes = ["/data"],
            WorkingDirectory = "/w",
            StopSignal = "SIGQUIT",
        });
    }

    [Theory]
    [InlineData("""{"rootfs":{"type":"tree","diff_ids":[]}}""", "'tree', not 'layers'")]
    [InlineData("{}", "no rootfs")]
    [InlineData($$$"""{"rootfs":{"type":"layers","diff_ids":["{{{A}}}"]}}""", "1 diff ids, and the manifest 0 layers")]
    [InlineData("""{"rootfs":{"type":"layers","diff_ids":["sha256:short"]}}""", "digest")]
    [InlineData("[", "")]
    public void Assemble_NotAcceptable_SaysWhy(string json, string reason) =>
        FluentActions.Invoking(() => Assemble(json)).Should().Throw<ContainerRuntimeException>()
            .Where(e => e.Kind == RuntimeErrorKind.InvalidInput && e.Message.Contains(reason));

    private static StoredImage Assemble(string config, int layers = 0)
    {
        Descriptor descriptor = new() { MediaType = MediaTypes.OciConfig, Digest = default, Size = 1 };
        Manifest.Image manifest = new(MediaTypes.OciManifest, descriptor, [.. Enumerable.Repeat(descriptor, layers)]);
        return ImageAssembler.Assemble(descriptor, manifest, Encoding.UTF8.GetBytes(config), []);
    }
}
