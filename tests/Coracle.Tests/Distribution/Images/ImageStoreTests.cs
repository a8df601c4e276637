using System.Text.Json.Nodes;
using Coracle.Distribution.Content;
using Coracle.Distribution.Images;
using Coracle.TestSupport.Registry;

namespace Coracle.Tests.Distribution.Images;

public class ImageStoreTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Find_EveryFormOfAName_IsTheImage()
    {
        await using FakeRegistry registry = new();
        string digest = FakeImage.Create(10).AddTo(registry, "latest");
        using DistributionFixture fixture = await DistributionFixture.CreateAsync();
        Digest id = (await fixture.PullAsync($"{registry.Host}/a")).Info.Id;

        string[] names =
            [$"{registry.Host}/a", $"{registry.Host}/a:latest", $"{registry.Host}/a@{digest}", id.ToString(), id.Hex, id.Short, id.Hex[..4], $"sha256:{id.Short}"];

        foreach (string name in names)
            fixture.Images.Find(name)?.Info.Id.Should().Be(id, name);
        fixture.Images.Find($"{registry.Host}/a:2").Should().BeNull();
        fixture.Images.Find($"{registry.Host}/b@{digest}").Should().BeNull();
        fixture.Images.Find("").Should().BeNull();
        fixture.Images.Find("zz").Should().BeNull();
    }

    [Fact]
    public async Task Find_PrefixOfSeveralIds_IsAnError()
    {
        await using FakeRegistry registry = new();
        using DistributionFixture fixture = await DistributionFixture.CreateAsync();
        // Of 17 ids two begin with the same digit.
        for (int i = 0; i < 17; i++)
        {
            FakeImage.Create(i + 1).AddTo(registry, $"{i}");
            await fixture.PullAsync($"{registry.Host}/a:{i}");
        }
        char shared = fixture.Images.List().GroupBy(i => i.Info.Id.Hex[0]).First(g => g.Count() > 1).Key;

        FluentActions.Invoking(() => fixture.Images.Find($"{shared}")).Should().Throw<ContainerRuntimeException>()
            .Where(e => e.Kind == RuntimeErrorKind.InvalidInput);
        fixture.Images.List().Should().HaveCount(17);
    }

    [Fact]
    public async Task Pull_TagMoved_KeepsTheOldImageWithoutAName()
    {
        await using FakeRegistry registry = new();
        using DistributionFixture fixture = await DistributionFixture.CreateAsync();
        FakeImage.Create(1).AddTo(registry, "1");
        Digest old = (await fixture.PullAsync($"{registry.Host}/a:1")).Info.Id;
        FakeImage.Create(2).AddTo(registry, "1");

        Digest now = (await fixture.PullAsync($"{registry.Host}/a:1")).Info.Id;

        fixture.Images.Find($"{registry.Host}/a:1")!.Info.Id.Should().Be(now);
        fixture.Images.Find(old.ToString())!.Info.References.Should().BeEmpty();
        fixture.Images.List().Should().HaveCount(2);
    }

    [Fact]
    public async Task Pull_UnknownMembersOfTheIndex_Survive()
    {
        await using FakeRegistry registry = new();
        FakeImage.Create(1).AddTo(registry, "1");
        using DistributionFixture fixture = await DistributionFixture.CreateAsync();
        const string Foreign = """{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","size":3,"artifactType":"x/y","annotations":{"org.opencontainers.image.ref.name":"latest"},"data":"e30="}""";
        File.WriteAllText(fixture.Content.IndexPath, $$"""{"schemaVersion":2,"future":{"a":[1,null]},"manifests":[{{Foreign}}]}""");

        await fixture.PullAsync($"{registry.Host}/a:1");

        JsonNode index = JsonNode.Parse(File.ReadAllText(fixture.Content.IndexPath))!;
        index["future"]!.ToJsonString().Should().Be("""{"a":[1,null]}""");
        JsonNode.DeepEquals(index["manifests"]![0], JsonNode.Parse(Foreign)).Should().BeTrue();
        fixture.Images.List().Should().ContainSingle();
        fixture.Images.Find("latest").Should().BeNull("it is another tool's name");
    }

    [Fact]
    public async Task Remove_OneOfTwoNames_KeepsTheImage()
    {
        await using FakeRegistry registry = new();
        FakeImage.Create(1).AddTo(registry, "1", "2");
        using DistributionFixture fixture = await DistributionFixture.CreateAsync();
        await fixture.PullAsync($"{registry.Host}/a:1");
        await fixture.PullAsync($"{registry.Host}/a:2");
        int blobs = fixture.Blobs.Count;

        RemovedImage? removed = await fixture.Images.RemoveAsync($"{registry.Host}/a:1", Fail, Token);

        removed!.References.Should().ContainSingle();
        removed.Blobs.Should().BeEmpty();
        fixture.Blobs.Should().HaveCount(blobs);
        fixture.Images.List().Should().ContainSingle().Which.Info.References.Should().ContainSingle(r => r.Tag == "2");
    }

    [Fact]
    public async Task Remove_LastName_KeepsWhatAnotherImageHas()
    {
        await using FakeRegistry registry = new();
        (byte[], byte[]) shared = FakeImage.MakeLayer(1, 10);
        FakeImage.Create([shared, FakeImage.MakeLayer(2, 20)]).AddTo(registry, "1");
        FakeImage.Create([shared, FakeImage.MakeLayer(3, 30)]).AddTo(registry, "2");
        using DistributionFixture fixture = await DistributionFixture.CreateAsync();
        StoredImage gone = await fixture.PullAsync($"{registry.Host}/a:1");
        StoredImage kept = await fixture.PullAsync($"{registry.Host}/a:2");
        IReadOnlyCollection<Digest> released = [];

        RemovedImage? removed = await fixture.Images.RemoveAsync(
            gone.Info.Id.Hex,
            (layers, _) =>
            {
                released = layers;
                return ValueTask.CompletedTask;
            },
            Token);

        removed!.Blobs.Should().BeEquivalentTo([gone.Manifest.Digest, gone.Config.Digest, gone.Layers[1].Blob.Digest]);
        released.Should().BeEquivalentTo([gone.Layers[1].DiffId, gone.Layers[1].ChainId]);
        fixture.Blobs.Should().BeEquivalentTo([
            kept.Manifest.Digest.ToString(), kept.Config.Digest.ToString(), .. kept.Layers.Select(l => l.Blob.Digest.ToString())]);
    }

    [Fact]
    public async Task Remove_DockerImage_LeavesNothing()
    {
        await using FakeRegistry registry = new();
        FakeImage image = FakeImage.Create(1);
        image.Manifest["mediaType"] = MediaTypes.DockerManifest;
        image.AddTo(registry, "1");
        using DistributionFixture fixture = await DistributionFixture.CreateAsync();
        await fixture.PullAsync($"{registry.Host}/a:1");

        await fixture.Images.RemoveAsync($"{registry.Host}/a:1", null, Token);

        fixture.Blobs.Should().BeEmpty();
    }

    [Fact]
    public async Task Remove_SomebodyIsPullingThoseBlobs_KeepsThem()
    {
        await using FakeRegistry registry = new();
        FakeImage.Create(1, 2).AddTo(registry, "1");
        using DistributionFixture fixture = await DistributionFixture.CreateAsync();
        StoredImage image = await fixture.PullAsync($"{registry.Host}/a:1");
        using ContentLease lease = await ContentLease.TakeAsync(
            fixture.Content, [image.Layers[0].Blob.Digest, image.Layers[0].DiffId], Token);
        IReadOnlyCollection<Digest> released = [];

        await fixture.Images.RemoveAsync(
            $"{registry.Host}/a:1",
            (layers, _) =>
            {
                released = layers;
                return ValueTask.CompletedTask;
            },
            Token);

        fixture.Blobs.Should().Equal(image.Layers[0].Blob.Digest.ToString());
        released.Should().BeEquivalentTo([image.Layers[1].DiffId, image.Layers[1].ChainId]);
    }

    [Fact]
    public async Task Remove_Unknown_IsNone()
    {
        using DistributionFixture fixture = await DistributionFixture.CreateAsync();

        (await fixture.Images.RemoveAsync("a:1", Fail, Token)).Should().BeNull();
    }

    [Fact]
    public async Task Add_ManyAtOnce_LosesNone()
    {
        await using FakeRegistry registry = new();
        string[] tags = [.. Enumerable.Range(0, 20).Select(i => $"{i}")];
        foreach (string tag in tags)
            FakeImage.Create(1 + int.Parse(tag, null)).AddTo(registry, tag);
        using DistributionFixture one = await DistributionFixture.CreateAsync();
        using DistributionFixture other = await DistributionFixture.CreateAsync(one.Root);

        await Task.WhenAll(tags.Select((tag, i) => (i % 2 == 0 ? one : other).PullAsync($"{registry.Host}/a:{tag}")));

        one.Images.List().Should().HaveCount(20);
    }

    private static ValueTask Fail(IReadOnlyCollection<Digest> layers, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("no layer is unused");
}
