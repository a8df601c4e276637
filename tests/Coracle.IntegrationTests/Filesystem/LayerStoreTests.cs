using System.IO.Pipelines;
using Coracle.Distribution.Images;
using Coracle.TestSupport;
using Coracle.TestSupport.Layers;

namespace Coracle.IntegrationTests.Filesystem;

public sealed class LayerStoreTests
{
    public static TheoryData<LayerFormat> Formats { get; } = [LayerFormat.Directory, LayerFormat.Erofs];

    public LayerStoreTests() => Prerequisite.RequireRoot();

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task Receive_SeveralLayersAtOnce_GivesTheMergedTree(LayerFormat format)
    {
        await using StoreFixture fixture = await StoreFixture.OpenAsync(format);
        IReadOnlyList<LayerDescriptor> layers = await fixture.PullAsync(
            new LayerBuilder().Directory("./", 0x1ED, 3, 3).Directory("etc").File("etc/a", "1").File("etc/b", "1").Directory("gone").File("gone/x"),
            new LayerBuilder().Directory("etc", 0x1C0).File("etc/.wh.a").File(".wh.gone").File("etc/c", "22"),
            new LayerBuilder().File("new/f"));

        (await fixture.ListAsync(layers)).Should().Equal(
            ". d 755 3:3 1500000000.000000000",
            "etc d 700 0:0 1500000000.000000000",
            "etc/b f 644 0:0 1600000000.000000000 1 6b86b273ff34fce1",
            "etc/c f 644 0:0 1600000000.000000000 2 785f3ec7eb32f30b",
            "new d 755 0:0 0.000000000",
            "new/f f 644 0:0 1600000000.000000000 0 e3b0c44298fc1c14");
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task Receive_LayerThatNeedsTheOneBelow_WaitsForItAndIsKeptForThatPlaceOnly(LayerFormat format)
    {
        await using StoreFixture fixture = await StoreFixture.OpenAsync(format);
        LayerBuilder above = new LayerBuilder().HardLink("same", "file").File("dir/new");
        LayerBuilder[] one = [new LayerBuilder().File("file", "1").Directory("dir", 0x1C0, 1, 1), above];
        LayerBuilder[] two = [new LayerBuilder().File("file", "22").Directory("dir", 0x1ED, 2, 2), above];

        IReadOnlyList<LayerDescriptor> first = await fixture.PullAsync(one);
        IReadOnlyList<LayerDescriptor> second = await fixture.PullAsync(two);

        (await fixture.ListAsync(first)).Should().Contain("same f 644 0:0 1600000000.000000000 1 6b86b273ff34fce1 = file of 2")
            .And.Contain("dir d 700 1:1 1500000000.000000000");
        (await fixture.ListAsync(second)).Should().Contain("same f 644 0:0 1600000000.000000000 2 785f3ec7eb32f30b = file of 2")
            .And.Contain("dir d 755 2:2 1500000000.000000000");
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task Receive_TheSameLayerTwiceAtOnce_UnpacksItOnce(LayerFormat format)
    {
        await using StoreFixture fixture = await StoreFixture.OpenAsync(format);
        LayerBuilder builder = new LayerBuilder().File("a", "1");
        LayerDescriptor layer = StoreFixture.Describe(builder)[0];

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => fixture.ReceiveAsync(layer, builder.Gzip)));

        Names(fixture).Should().ContainSingle();
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task Receive_WrongDiffId_FailsAndLeavesNothing(LayerFormat format)
    {
        await using StoreFixture fixture = await StoreFixture.OpenAsync(format);
        LayerDescriptor layer = StoreFixture.Describe(new LayerBuilder().File("a", "1"))[0];

        Func<Task> receive = () => fixture.ReceiveAsync(layer, new LayerBuilder().File("a", "2").Gzip);

        (await receive.Should().ThrowAsync<ContainerRuntimeException>()).Which.Kind.Should().Be(RuntimeErrorKind.IntegrityFailed);
        Names(fixture).Should().BeEmpty();
        Staged(fixture).Should().BeEmpty();
    }

    [Fact]
    public async Task Receive_WithoutCommit_LeavesNothing()
    {
        await using StoreFixture fixture = await StoreFixture.OpenAsync(LayerFormat.Automatic);
        LayerBuilder builder = new LayerBuilder().File("a", "1");
        LayerDescriptor layer = StoreFixture.Describe(builder)[0];
        IReceivedLayer received = await fixture.Store.ReceiveAsync(
            layer, PipeReader.Create(new MemoryStream(builder.Gzip)), TestContext.Current.CancellationToken);
        (await fixture.Store.ContainsAsync(layer, TestContext.Current.CancellationToken)).Should().BeFalse();

        await received.DisposeAsync();

        (await fixture.Store.ContainsAsync(layer, TestContext.Current.CancellationToken)).Should().BeFalse();
        Staged(fixture).Should().BeEmpty();
        await fixture.ReceiveAsync(layer, builder.Gzip);
    }

    [Fact]
    public async Task Receive_Cancelled_LeavesNothing()
    {
        await using StoreFixture fixture = await StoreFixture.OpenAsync(LayerFormat.Automatic);
        LayerBuilder builder = new LayerBuilder().File("a", new string('x', 1 << 20));
        using CancellationTokenSource cancel = new();
        Pipe pipe = new();
        await pipe.Writer.WriteAsync(builder.Gzip.AsMemory(0, 600), TestContext.Current.CancellationToken);
        Task<IReceivedLayer> receiving = fixture.Store.ReceiveAsync(StoreFixture.Describe(builder)[0], pipe.Reader, cancel.Token);

        await cancel.CancelAsync();

        await ((Func<Task>)(() => receiving)).Should().ThrowAsync<OperationCanceledException>();
        Staged(fixture).Should().BeEmpty();
    }

    [Fact]
    public async Task Receive_MoreThanTheLimit_Fails()
    {
        await using StoreFixture fixture = await StoreFixture.OpenAsync(LayerFormat.Directory, maxLayerSize: 1 << 20);
        LayerBuilder bomb = new LayerBuilder().File("a", new string('\0', 4 << 20));

        Func<Task> receive = () => fixture.ReceiveAsync(StoreFixture.Describe(bomb)[0], bomb.Gzip);

        (await receive.Should().ThrowAsync<ContainerRuntimeException>()).Which.Kind.Should().Be(RuntimeErrorKind.ResourceExhausted);
        Staged(fixture).Should().BeEmpty();
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task Remove_Layer_TakesItOutOfSightAndItCanComeAgain(LayerFormat format)
    {
        await using StoreFixture fixture = await StoreFixture.OpenAsync(format);
        LayerBuilder builder = new LayerBuilder().Directory("d").File("d/a", "1");
        IReadOnlyList<LayerDescriptor> layers = await fixture.PullAsync(builder);
        _ = await fixture.ListAsync(layers);

        await fixture.Store.RemoveAsync([layers[0].DiffId, layers[0].ChainId], TestContext.Current.CancellationToken);

        (await fixture.Store.ContainsAsync(layers[0], TestContext.Current.CancellationToken)).Should().BeFalse();
        await fixture.PullAsync(builder);
        (await fixture.ListAsync(layers)).Should().HaveCount(3);
    }

    [Fact]
    public async Task Open_AfterADeadProcess_SweepsWhatItLeft()
    {
        using TempDirectory directory = new("store");
        string staging = directory.CreateDirectory("layers/.staging/0123");
        directory.WriteFile("layers/.staging/0123.lock", "");
        directory.WriteFile("layers/.staging/0123/1-abc/file", "x");
        directory.WriteFile("trash/left/file", "x");

        await using (StoreFixture fixture = await StoreFixture.OpenAsync(LayerFormat.Directory, directory)) { }

        Directory.Exists(staging).Should().BeFalse();
        Directory.EnumerateFileSystemEntries(directory["layers/.staging"]).Should().BeEmpty();
        Directory.EnumerateFileSystemEntries(directory["trash"]).Should().BeEmpty();
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task Open_AfterAPowerCut_KeepsOnlyWhatWasOnTheDisk(LayerFormat format)
    {
        using TempDirectory directory = new("store");
        LayerDescriptor synced;
        await using (StoreFixture fixture = await StoreFixture.OpenAsync(format, directory))
        {
            synced = (await fixture.PullAsync(new LayerBuilder().File("a", "1")))[0];
            await WaitForMarkAsync(directory);
        }
        LayerDescriptor torn = StoreFixture.Describe(new LayerBuilder().File("b", "1"))[0];
        directory.CreateDirectory($"layers/sha256-{torn.DiffId.Hex}");
        directory.WriteFile("layers/.boot", "another boot");

        await using (StoreFixture fixture = await StoreFixture.OpenAsync(format, directory))
        {
            (await fixture.Store.ContainsAsync(synced, TestContext.Current.CancellationToken)).Should().BeTrue();
            (await fixture.Store.ContainsAsync(torn, TestContext.Current.CancellationToken)).Should().BeFalse();
        }
    }

    private static IEnumerable<string> Names(StoreFixture fixture) =>
        Directory.EnumerateFileSystemEntries(fixture.Directory["layers"]).Select(Path.GetFileName).Where(n => n![0] != '.')!;

    private static IEnumerable<string> Staged(StoreFixture fixture) =>
        Directory.EnumerateDirectories(fixture.Directory["layers/.staging"]).SelectMany(Directory.EnumerateFileSystemEntries);

    // Syncing takes what the disk takes.
    private static async Task WaitForMarkAsync(TempDirectory directory)
    {
        using FileSystemWatcher watcher = new(directory["layers/.synced"]);
        TaskCompletionSource marked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        watcher.Renamed += (_, _) => marked.TrySetResult();
        watcher.EnableRaisingEvents = true;
        if (!Directory.EnumerateFiles(directory["layers/.synced"], "sha256-*").Any(n => !n.EndsWith(".tmp", StringComparison.Ordinal)))
            await marked.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
    }
}
