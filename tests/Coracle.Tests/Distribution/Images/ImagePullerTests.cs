using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Coracle.Distribution.Images;
using Coracle.TestSupport.Registry;

namespace Coracle.Tests.Distribution.Images;

public class ImagePullerTests
{
    [Fact]
    public async Task Pull_ByTag_StoresEveryBlobAndTheName()
    {
        await using FakeRegistry registry = new();
        FakeImage image = FakeImage.Create(1000, 300_000, 5);
        string manifest = image.AddTo(registry, "1");
        using DistributionFixture fixture = await DistributionFixture.CreateAsync();

        StoredImage pulled = await fixture.PullAsync($"{registry.Host}/a/b:1");

        pulled.Manifest.Digest.ToString().Should().Be(manifest);
        pulled.Info.References.Should().ContainSingle().Which.ToString().Should().Be($"{registry.Host}/a/b:1");
        pulled.Info.Config.Command.Should().Equal("sh");
        pulled.Info.Config.Labels.Should().Contain("a", "b");
        pulled.Info.Platform.ToString().Should().Be("linux/amd64");
        pulled.Info.CreatedAt!.Value.Year.Should().Be(2026);
        fixture.Blobs.Should().BeEquivalentTo([.. registry.Blobs.Keys, manifest]);
        fixture.Receiver.Layers.Should().BeEquivalentTo(pulled.Info.Layers);
        fixture.Unfinished.Should().BeEmpty();
    }

    [Fact]
    public async Task Pull_Again_FetchesOnlyTheManifest()
    {
        await using FakeRegistry registry = new();
        FakeImage.Create(10, 20).AddTo(registry, "1");
        using DistributionFixture fixture = await DistributionFixture.CreateAsync();
        await fixture.PullAsync($"{registry.Host}/a:1");
        int before = registry.Requests.Count;
        ConcurrentQueue<PullProgress> progress = new();

        await fixture.PullAsync($"{registry.Host}/a:1", new PullOptions { Progress = new Recorder(progress) });

        registry.Requests.Skip(before).Should().ContainSingle().Which.Path.Should().EndWith("/manifests/1");
        progress.Where(p => p.Stage != PullStage.Waiting).Should().HaveCount(2).And.OnlyContain(p => p.Stage == PullStage.AlreadyExists);
    }

    [Fact]
    public async Task Pull_ByDigestOfWhatIsThere_AsksNobody()
    {
        await using FakeRegistry registry = new();
        string digest = FakeImage.Create(10).AddTo(registry, "1");
        using DistributionFixture fixture = await DistributionFixture.CreateAsync();
        await fixture.PullAsync($"{registry.Host}/a:1");
        int before = registry.Requests.Count;

        StoredImage pulled = await fixture.PullAsync($"{registry.Host}/a@{digest}");

        registry.Requests.Count.Should().Be(before);
        pulled.Info.References.Should().HaveCount(2);
    }

    [Fact]
    public async Task Pull_TagAndDigest_TheDigestDecides()
    {
        await using FakeRegistry registry = new();
        string wanted = FakeImage.Create(10).AddTo(registry);
        FakeImage.Create(20).AddTo(registry, "1");
        using DistributionFixture fixture = await DistributionFixture.CreateAsync();

        StoredImage pulled = await fixture.PullAsync($"{registry.Host}/a:1@{wanted}");

        pulled.Manifest.Digest.ToString().Should().Be(wanted);
        fixture.Images.Find($"{registry.Host}/a:1").Should().BeNull("the tag stands for another image");
        fixture.Images.Find($"{registry.Host}/a@{wanted}").Should().NotBeNull();
    }

    [Fact]
    public async Task Pull_Index_TakesThePlatformAndRemembersTheIndex()
    {
        await using FakeRegistry registry = new();
        FakeImage other = FakeImage.Create(1);
        FakeImage wanted = FakeImage.Create([FakeImage.MakeLayer(7, 70)], config =>
        {
            config["architecture"] = "arm64";
            config["variant"] = "v8";
        });
        other.AddTo(registry);
        string manifest = wanted.AddTo(registry);
        string index = AddIndex(registry, "1", (other, "amd64", null), (wanted, "arm64", "v8"));
        using DistributionFixture fixture = await DistributionFixture.CreateAsync();

        StoredImage pulled = await fixture.PullAsync(
            $"{registry.Host}/a:1", new PullOptions { Platform = Platform.Parse("linux/arm64") });

        pulled.Manifest.Digest.ToString().Should().Be(manifest);
        fixture.Images.Find($"{registry.Host}/a@{index}")!.Info.Id.Should().Be(pulled.Info.Id);
    }

    [Fact]
    public async Task Pull_PlatformIsMissing_ListsThoseThatAreThere()
    {
        await using FakeRegistry registry = new();
        FakeImage image = FakeImage.Create(1);
        image.AddTo(registry);
        AddIndex(registry, "1", (image, "arm64", "v8"), (image, "s390x", null));
        using DistributionFixture fixture = await DistributionFixture.CreateAsync();

        Func<Task> pull = () => fixture.PullAsync(
            $"{registry.Host}/a:1", new PullOptions { Platform = Platform.Parse("linux/riscv64") });

        await pull.Should().ThrowAsync<ImageNotFoundException>()
            .WithMessage("*no image for linux/riscv64; it has: linux/arm64, linux/s390x");
    }

    [Fact]
    public async Task Pull_OneImageForAnotherPlatform_IsRefusedOnlyIfAPlatformWasAskedFor()
    {
        await using FakeRegistry registry = new();
        FakeImage.Create([FakeImage.MakeLayer(1, 1)], config => config["architecture"] = "s390x").AddTo(registry, "1");
        using DistributionFixture fixture = await DistributionFixture.CreateAsync();

        StoredImage pulled = await fixture.PullAsync($"{registry.Host}/a:1");
        Func<Task> asked = () => fixture.PullAsync($"{registry.Host}/a:1", new PullOptions { Platform = Platform.Parse("linux/arm64") });

        pulled.Info.Platform.Architecture.Should().Be("s390x");
        await asked.Should().ThrowAsync<ImageNotFoundException>().WithMessage("*linux/s390x only, not for linux/arm64");
    }

    [Fact]
    public async Task Pull_DockerManifest_KeepsItsBytesAndAddsOneThatLayoutReadersTake()
    {
        await using FakeRegistry registry = new();
        FakeImage image = FakeImage.Create(10);
        image.Manifest["mediaType"] = MediaTypes.DockerManifest;
        image.Manifest["config"]!["mediaType"] = MediaTypes.DockerConfig;
        image.Manifest["layers"]![0]!["mediaType"] = MediaTypes.DockerLayer + ".gzip";
        string manifest = image.AddTo(registry, "1");
        using DistributionFixture fixture = await DistributionFixture.CreateAsync();

        StoredImage pulled = await fixture.PullAsync($"{registry.Host}/a:1");

        pulled.Info.ManifestDigest.ToString().Should().Be(manifest);
        pulled.Manifest.MediaType.Should().Be(MediaTypes.DockerManifest);
        File.ReadAllBytes(fixture.Content.PathOf(pulled.Manifest.Digest)).Should().Equal(image.ManifestBytes);
        JsonNode entry = JsonNode.Parse(File.ReadAllText(fixture.Content.IndexPath))!["manifests"]![0]!;
        entry["mediaType"]!.GetValue<string>().Should().Be(MediaTypes.OciManifest);
        string derived = File.ReadAllText(fixture.Content.PathOf(Digest.Parse(entry["digest"]!.GetValue<string>())));
        derived.Should().NotContain("docker").And.Contain(MediaTypes.OciLayer + "+gzip").And.Contain(image.LayerDigest(0));
    }

    [Fact]
    public async Task Pull_SameLayerTwice_DownloadsItOnce()
    {
        await using FakeRegistry registry = new();
        (byte[] Tar, byte[] Gzip) layer = FakeImage.MakeLayer(1, 1000);
        FakeImage image = FakeImage.Create([layer, FakeImage.MakeLayer(2, 20), layer]);
        image.AddTo(registry, "1");
        using DistributionFixture fixture = await DistributionFixture.CreateAsync();

        StoredImage pulled = await fixture.PullAsync($"{registry.Host}/a:1");

        pulled.Layers.Should().HaveCount(3);
        registry.RequestsFor("/blobs/" + image.LayerDigest(0)).Should().ContainSingle();
    }

    [Fact]
    public async Task Pull_TwiceAtOnce_DownloadsEveryBlobOnce()
    {
        await using FakeRegistry registry = new();
        FakeImage image = FakeImage.Create(1000, 2000, 3000);
        image.AddTo(registry, "1", "2");
        using DistributionFixture fixture = await DistributionFixture.CreateAsync();

        await Task.WhenAll(fixture.PullAsync($"{registry.Host}/a:1"), fixture.PullAsync($"{registry.Host}/a:2"));

        for (int i = 0; i < 3; i++)
            registry.RequestsFor("/blobs/" + image.LayerDigest(i)).Should().ContainSingle();
        fixture.Images.List().Should().ContainSingle().Which.Info.References.Should().HaveCount(2);
    }

    [Fact]
    public async Task Pull_SharedLayersInOppositeOrders_DoNotWaitForEachOther()
    {
        await using FakeRegistry registry = new();
        (byte[], byte[])[] layers = [.. Enumerable.Range(0, 6).Select(i => FakeImage.MakeLayer(i, 100))];
        FakeImage.Create(layers).AddTo(registry, "1");
        FakeImage.Create([.. layers.Reverse()]).AddTo(registry, "2");
        using DistributionFixture fixture = await DistributionFixture.CreateAsync();
        // A receiver that needs the layer below, as one with hard links into it does.
        fixture.Receiver.OnReceive = async (layer, token) =>
        {
            if (layer.Parent is { } parent && !fixture.Receiver.Layers.Contains(parent.DiffId))
                await Task.WhenAny(Poll(fixture.Receiver, parent.DiffId, token), Task.Delay(20_000, token));
        };

        await Task.WhenAll(fixture.PullAsync($"{registry.Host}/a:1"), fixture.PullAsync($"{registry.Host}/a:2"))
            .WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        fixture.Receiver.Layers.Should().HaveCount(6);
    }

    [Fact]
    public async Task Pull_BlobIsThereAndNotUnpacked_UnpacksFromDisk()
    {
        await using FakeRegistry registry = new();
        FakeImage.Create(500_000).AddTo(registry, "1");
        using DistributionFixture fixture = await DistributionFixture.CreateAsync();
        await fixture.PullAsync($"{registry.Host}/a:1");
        int before = registry.RequestsFor("/blobs/").Count;
        fixture.Receiver.Forget();

        await fixture.PullAsync($"{registry.Host}/a:1");

        registry.RequestsFor("/blobs/").Should().HaveCount(before);
        fixture.Receiver.Layers.Should().ContainSingle();
    }

    [Fact]
    public async Task Pull_BlobInTheStoreIsDamaged_FetchesItAnew()
    {
        await using FakeRegistry registry = new();
        FakeImage image = FakeImage.Create(5000);
        image.AddTo(registry, "1");
        using DistributionFixture fixture = await DistributionFixture.CreateAsync();
        StoredImage pulled = await fixture.PullAsync($"{registry.Host}/a:1");
        string path = fixture.Content.PathOf(pulled.Layers[0].Blob.Digest);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        byte[] damaged = [.. image.Layers[0]];
        damaged[^1] ^= 1;
        File.WriteAllBytes(path, damaged);
        fixture.Receiver.Forget();

        await fixture.PullAsync($"{registry.Host}/a:1");

        File.ReadAllBytes(path).Should().Equal(image.Layers[0]);
    }

    [Fact]
    public async Task Pull_LayerUnpackedAndBlobGone_FetchesTheBlobOnly()
    {
        await using FakeRegistry registry = new();
        FakeImage.Create(5000).AddTo(registry, "1");
        using DistributionFixture fixture = await DistributionFixture.CreateAsync();
        StoredImage pulled = await fixture.PullAsync($"{registry.Host}/a:1");
        fixture.Content.Delete(pulled.Layers[0].Blob.Digest);

        await fixture.PullAsync($"{registry.Host}/a:1");

        fixture.Content.Contains(pulled.Layers[0].Blob.Digest, pulled.Layers[0].Blob.Size).Should().BeTrue();
        fixture.Receiver.Begun.Should().ContainSingle();
    }

    [Fact]
    public async Task Pull_ReceiverFails_ThrowsItsFailureAndStopsTheOthers()
    {
        await using FakeRegistry registry = new();
        FakeImage.Create(3_000_000, 3_000_000, 10).AddTo(registry, "1");
        using DistributionFixture fixture = await DistributionFixture.CreateAsync();
        fixture.Receiver.OnReceive = (layer, _) => layer.Parent?.Parent is null && layer.Parent is not null
            ? throw new ContainerRuntimeException(RuntimeErrorKind.InvalidInput, "evil tar")
            : Task.CompletedTask;

        Func<Task> pull = () => fixture.PullAsync($"{registry.Host}/a:1");

        await pull.Should().ThrowAsync<ContainerRuntimeException>().WithMessage("evil tar");
        fixture.Images.List().Should().BeEmpty();
        fixture.Unfinished.Should().NotContain(name => name.StartsWith("lease"));
    }

    [Fact]
    public async Task Pull_DiffIdIsALie_FailsAndKeepsNoLayer()
    {
        await using FakeRegistry registry = new();
        (byte[] Tar, byte[] Gzip) layer = FakeImage.MakeLayer(1, 100);
        FakeImage.Create([(new byte[] { 1 }, layer.Gzip)]).AddTo(registry, "1");
        using DistributionFixture fixture = await DistributionFixture.CreateAsync();

        Func<Task> pull = () => fixture.PullAsync($"{registry.Host}/a:1");

        (await pull.Should().ThrowAsync<ContainerRuntimeException>()).Which.Kind.Should().Be(RuntimeErrorKind.IntegrityFailed);
        fixture.Receiver.Layers.Should().BeEmpty();
        fixture.Images.List().Should().BeEmpty();
    }

    [Fact]
    public async Task Pull_CancelledInALayer_LeavesNothingVisibleAndGoesOnLater()
    {
        await using FakeRegistry registry = new();
        FakeImage image = FakeImage.Create(4_000_000);
        image.AddTo(registry, "1");
        TaskCompletionSource halfway = new();
        registry.Script = request => request.Path.EndsWith(image.LayerDigest(0)) && request.RangeStart == 0
            ? FakeRegistry.Blob(image.Layers[0], 0) with { Pause = halfway.Task }
            : null;
        using DistributionFixture fixture = await DistributionFixture.CreateAsync();
        using CancellationTokenSource cancel = new();
        ConcurrentQueue<PullProgress> progress = new();

        Task pull = fixture.PullUntilAsync(
            $"{registry.Host}/a:1", new PullOptions { Progress = new Recorder(progress) }, cancel.Token);
        while (!Directory.GetFiles(fixture.Content.IngestDirectory, "sha256-*").Any(f => new FileInfo(f).Length >= image.Layers[0].Length / 2))
            await Task.Delay(10, TestContext.Current.CancellationToken);
        await cancel.CancelAsync();

        await FluentActions.Awaiting(() => pull).Should().ThrowAsync<OperationCanceledException>();
        fixture.Blobs.Should().NotContain(image.LayerDigest(0));
        fixture.Images.List().Should().BeEmpty();
        fixture.Receiver.Layers.Should().BeEmpty();
        fixture.Unfinished.Should().ContainSingle();
        halfway.SetResult();

        using DistributionFixture next = await DistributionFixture.CreateAsync(fixture.Root);
        await next.PullAsync($"{registry.Host}/a:1");
        registry.RequestsFor(image.LayerDigest(0))[^1].RangeStart.Should().Be(image.Layers[0].Length / 2);
        next.Unfinished.Should().BeEmpty();
        next.Receiver.Layers.Should().ContainSingle();
    }

    [Fact]
    public async Task Pull_KeptPartIsWrong_FetchesAllOfIt()
    {
        await using FakeRegistry registry = new();
        FakeImage image = FakeImage.Create(100_000);
        image.AddTo(registry, "1");
        using DistributionFixture fixture = await DistributionFixture.CreateAsync();
        File.WriteAllBytes(Path.Combine(fixture.Content.IngestDirectory, image.LayerDigest(0).Replace(':', '-')), new byte[5000]);

        await fixture.PullAsync($"{registry.Host}/a:1");

        registry.RequestsFor(image.LayerDigest(0)).Select(r => r.RangeStart).Should().Equal(5000, 0);
        fixture.Receiver.Layers.Should().ContainSingle();
    }

    [Fact]
    public async Task Pull_ManyLayers_BeginsNoneBeforeItsParent()
    {
        await using FakeRegistry registry = new();
        FakeImage.Create([.. Enumerable.Range(0, 40).Select(i => FakeImage.MakeLayer(i, 10))]).AddTo(registry, "1");
        using DistributionFixture fixture = await DistributionFixture.CreateAsync(configure: options => options.ParallelDownloads = 8);

        StoredImage pulled = await fixture.PullAsync($"{registry.Host}/a:1");

        fixture.Receiver.Begun.Should().Equal(pulled.Layers.Select(layer => layer.ChainId));
        fixture.Receiver.Layers.Should().HaveCount(40);
    }

    [Fact]
    public async Task Pull_Progress_EndsWithEveryLayerComplete()
    {
        await using FakeRegistry registry = new();
        FakeImage image = FakeImage.Create(1000, 2000);
        image.AddTo(registry, "1");
        using DistributionFixture fixture = await DistributionFixture.CreateAsync();
        ConcurrentQueue<PullProgress> progress = new();

        await fixture.PullAsync($"{registry.Host}/a:1", new PullOptions { Progress = new Recorder(progress) });

        foreach (byte[] layer in image.Layers)
        {
            PullProgress[] of = [.. progress.Where(p => p.Blob.ToString() == FakeRegistry.DigestOf(layer))];
            of.Select(p => p.Stage).Should().Equal(
                PullStage.Waiting, PullStage.Downloading, PullStage.Extracting, PullStage.Complete);
            of[^1].Should().Match<PullProgress>(p => p.Current == layer.Length && p.Total == layer.Length);
        }
    }

    [Fact]
    public async Task Pull_IndexWithinItself_EndsWithAnError()
    {
        await using FakeRegistry registry = new();
        FakeImage image = FakeImage.Create(1);
        image.AddTo(registry);
        string inner = AddIndex(registry, "0", (image, "s390x", null));
        for (int i = 1; i < 8; i++)
        {
            (byte[] bytes, string type) = registry.Manifests[inner];
            inner = registry.AddManifest(
                System.Text.Encoding.UTF8.GetBytes(new JsonObject
                {
                    ["schemaVersion"] = 2,
                    ["manifests"] = new JsonArray(FakeImage.Descriptor(type, bytes)),
                }.ToJsonString()),
                type,
                "1");
        }
        using DistributionFixture fixture = await DistributionFixture.CreateAsync();

        Func<Task> pull = () => fixture.PullAsync($"{registry.Host}/a:1");

        await pull.Should().ThrowAsync<ContainerRuntimeException>().WithMessage("*indexes lie within each other");
    }

    private static string AddIndex(
        FakeRegistry registry, string tag, params (FakeImage Image, string Architecture, string? Variant)[] images)
    {
        JsonArray entries = [];
        foreach ((FakeImage image, string architecture, string? variant) in images)
        {
            JsonObject entry = FakeImage.Descriptor(MediaTypes.OciManifest, image.ManifestBytes);
            entry["platform"] = new JsonObject { ["os"] = "linux", ["architecture"] = architecture, ["variant"] = variant };
            entries.Add(entry);
        }
        JsonObject index = new() { ["schemaVersion"] = 2, ["mediaType"] = MediaTypes.OciIndex, ["manifests"] = entries };
        return registry.AddManifest(System.Text.Encoding.UTF8.GetBytes(index.ToJsonString()), MediaTypes.OciIndex, tag);
    }

    private static async Task Poll(DrainReceiver receiver, Digest layer, CancellationToken token)
    {
        while (!receiver.Layers.Contains(layer))
            await Task.Delay(5, token);
    }

    private sealed class Recorder(ConcurrentQueue<PullProgress> queue) : IProgress<PullProgress>
    {
        public void Report(PullProgress value) => queue.Enqueue(value);
    }
}
