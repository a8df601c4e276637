using Coracle.Distribution.Images;
using Coracle.TestSupport.Registry;

namespace Coracle.Tests.Distribution;

public class ImagePullerTests
{
    [Fact]
    public async Task Pull_ByTag_StoresEveryBlobAndTheName()
    {
        await using FakeRegistry registry = new();
        FakeImage image = FakeImage.Create(1000, 300_000, 5);
        string manifest = image.AddTo(registry, "1");
        using DistributionFixture fixture = new();

        StoredImage pulled = await fixture.PullAsync($"{registry.Host}/a/b:1");

        pulled.Manifest.Digest.ToString().Should().Be(manifest);
        pulled.Info.References.Should().ContainSingle().Which.ToString().Should().Be($"{registry.Host}/a/b:1");
        pulled.Info.Config.Command.Should().Equal("sh");
        pulled.Info.Config.Labels.Should().Contain("a", "b");
        pulled.Info.Platform.ToString().Should().Be("linux/amd64");
        pulled.Info.CreatedAt!.Value.Year.Should().Be(2026);
        fixture.Blobs.Should().BeEquivalentTo([.. registry.Blobs.Keys, manifest]);
        fixture.Receiver.Layers.Should().BeEquivalentTo(pulled.Info.Layers);
        fixture.Receiver.Begun.Should().BeEquivalentTo(pulled.Layers.Select(layer => layer.ChainId));
        fixture.Unfinished.Should().BeEmpty();
    }
}
