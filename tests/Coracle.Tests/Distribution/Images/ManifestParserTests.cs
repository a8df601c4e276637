using System.Text;
using Coracle.Distribution.Images;

namespace Coracle.Tests.Distribution.Images;

public class ManifestParserTests
{
    private const string D = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    private const string Config = $$$"""{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"{{{D}}}","size":2}""";

    [Theory]
    [InlineData("application/vnd.oci.image.layer.v1.tar")]
    [InlineData("application/vnd.oci.image.layer.v1.tar+gzip")]
    [InlineData("application/vnd.oci.image.layer.v1.tar+zstd")]
    [InlineData("application/vnd.oci.image.layer.nondistributable.v1.tar+gzip")]
    [InlineData("application/vnd.docker.image.rootfs.diff.tar")]
    [InlineData("application/vnd.docker.image.rootfs.diff.tar.gzip")]
    [InlineData("application/vnd.docker.image.rootfs.diff.tar.zstd")]
    [InlineData("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip")]
    public void Parse_KnownLayer_IsAnImage(string type) => Parse(Image(type), null).Should().BeOfType<Manifest.Image>()
        .Which.Layers.Should().ContainSingle().Which.MediaType.Should().Be(type);

    [Fact]
    public void Parse_UnknownMembersAndEntries_AreIgnored()
    {
        Manifest manifest = Parse(
            $$$"""
            {"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","future":{"a":[1]},"manifests":[
              {"mediaType":"application/x.unknown","digest":"{{{D}}}","size":1,"platform":{"os":"plan9","architecture":"mips","os.features":["x"]}}]}
            """,
            null);

        manifest.Should().BeOfType<Manifest.Index>().Which.Entries.Should().ContainSingle();
    }

    [Fact]
    public void Parse_NoMediaTypeAnywhere_GoesByContent()
    {
        Parse($$$"""{"schemaVersion":2,"config":{{{Config}}},"layers":[]}""", "text/plain").MediaType.Should().Be(MediaTypes.OciManifest);
        Parse("""{"schemaVersion":2,"manifests":[]}""", null).MediaType.Should().Be(MediaTypes.OciIndex);
    }

    [Theory]
    [InlineData("""{"schemaVersion":1,"fsLayers":[],"history":[]}""", null, RuntimeErrorKind.NotSupported, "schema version 1")]
    [InlineData("""{"schemaVersion":2,"fsLayers":[],"manifests":[]}""", null, RuntimeErrorKind.NotSupported, "schema version 1")]
    [InlineData("{}", "application/vnd.docker.distribution.manifest.v1+prettyjws", RuntimeErrorKind.NotSupported, "schema version 1")]
    [InlineData("""{"schemaVersion":3,"manifests":[]}""", null, RuntimeErrorKind.InvalidInput, "schemaVersion is 3")]
    [InlineData("""{"schemaVersion":2,"manifests":[],"layers":[]}""", null, RuntimeErrorKind.InvalidInput, "both")]
    [InlineData("""{"schemaVersion":2}""", null, RuntimeErrorKind.InvalidInput, "neither")]
    [InlineData("""{"schemaVersion":2,"layers":[]}""", null, RuntimeErrorKind.InvalidInput, "no configuration")]
    [InlineData("""{"schemaVersion":2,"manifests":[null]}""", null, RuntimeErrorKind.InvalidInput, "null")]
    [InlineData("""{"schemaVersion":2,"manifests":[]}""", MediaTypes.OciManifest, RuntimeErrorKind.InvalidInput, "not that of")]
    [InlineData("""{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}""", MediaTypes.DockerIndex, RuntimeErrorKind.InvalidInput, "it says that it is")]
    [InlineData("""{"schemaVersion":2,"mediaType":"application/x","manifests":[]}""", null, RuntimeErrorKind.NotSupported, "application/x")]
    [InlineData("""{"schemaVersion":2,"manifests":[{"mediaType":"a","digest":"sha256:xyz","size":1}]}""", null, RuntimeErrorKind.InvalidInput, "digest")]
    [InlineData("""{"schemaVersion":2,"manifests":[{"mediaType":"a","digest":null,"size":1}]}""", null, RuntimeErrorKind.InvalidInput, "digest")]
    [InlineData("""{"schemaVersion":2,"manifests":[{"mediaType":"a","size":1}]}""", null, RuntimeErrorKind.InvalidInput, "digest")]
    [InlineData("[]", null, RuntimeErrorKind.InvalidInput, "")]
    [InlineData("null", null, RuntimeErrorKind.InvalidInput, "null")]
    [InlineData("\0\u001b[2J", null, RuntimeErrorKind.InvalidInput, "")]
    public void Parse_NotAcceptable_SaysWhy(string json, string? header, RuntimeErrorKind kind, string reason) =>
        FluentActions.Invoking(() => Parse(json, header)).Should().Throw<ContainerRuntimeException>()
            .Where(e => e.Kind == kind && e.Message.Contains(reason) && e.Message.StartsWith("read manifest x: "));

    [Fact]
    public void Parse_Artifact_IsNoImage() =>
        FluentActions.Invoking(() => Parse(
            $$$"""{"schemaVersion":2,"config":{"mediaType":"application/vnd.cncf.helm.config.v1+json","digest":"{{{D}}}","size":2},"layers":[]}""",
            null))
            .Should().Throw<ContainerRuntimeException>().WithMessage("*not an image but an artifact of type application/vnd.cncf.helm*");

    [Theory]
    [InlineData("application/vnd.oci.image.layer.v1.tar+gzip+encrypted")]
    [InlineData("application/vnd.oci.image.layer.v1.tar+lz4")]
    [InlineData("application/json")]
    public void Parse_UnknownLayer_CannotBeRun(string type) =>
        FluentActions.Invoking(() => Parse(Image(type), null)).Should().Throw<ContainerRuntimeException>()
            .Where(e => e.Kind == RuntimeErrorKind.NotSupported && e.Message.Contains(type));

    [Theory]
    [InlineData(-1L, RuntimeErrorKind.InvalidInput)]
    [InlineData(long.MaxValue, RuntimeErrorKind.ResourceExhausted)]
    public void Parse_ImpossibleSize_IsRefused(long size, RuntimeErrorKind kind) =>
        FluentActions.Invoking(() => Parse(Image("application/vnd.oci.image.layer.v1.tar", size), null))
            .Should().Throw<ContainerRuntimeException>().Where(e => e.Kind == kind);

    [Fact]
    public void Parse_TooManyLayers_IsRefused()
    {
        string layer = $$$"""{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"{{{D}}}","size":1}""";
        string json = $$$"""{"schemaVersion":2,"config":{{{Config}}},"layers":[{{{string.Join(',', Enumerable.Repeat(layer, 501))}}}]}""";

        FluentActions.Invoking(() => Parse(json, null)).Should().Throw<ContainerRuntimeException>().WithMessage("*501 layers, more than 500");
    }

    [Fact]
    public void Parse_DeepNesting_IsRefused() =>
        FluentActions.Invoking(() => Parse("{\"a\":" + new string('[', 5000) + new string(']', 5000) + "}", null))
            .Should().Throw<ContainerRuntimeException>().Where(e => e.Kind == RuntimeErrorKind.InvalidInput);

    [Fact]
    public void Parse_AnythingAtAll_FailsInItsOwnWords()
    {
        byte[] valid = Encoding.UTF8.GetBytes(Image("application/vnd.oci.image.layer.v1.tar+gzip"));
        Random random = new(1);
        for (int i = 0; i < 20_000; i++)
        {
            byte[] bytes = [.. valid];
            for (int changes = random.Next(1, 5); changes > 0; changes--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            try
            {
                ManifestParser.Parse(bytes.AsSpan(0, random.Next(bytes.Length + 1)), null, "x");
            }
            catch (ContainerRuntimeException)
            {
                // The only way to fail.
            }
        }
    }

    private static Manifest Parse(string json, string? mediaType) =>
        ManifestParser.Parse(Encoding.UTF8.GetBytes(json), mediaType, "x");

    private static string Image(string layerType, long size = 1) =>
        $$$"""{"schemaVersion":2,"config":{{{Config}}},"layers":[{"mediaType":"{{{layerType}}}","digest":"{{{D}}}","size":{{{size}}}}]}""";
}
