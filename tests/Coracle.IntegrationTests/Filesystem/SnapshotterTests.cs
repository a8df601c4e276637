using Coracle.Distribution.Images;
using Coracle.Filesystem.Snapshots;
using Coracle.Kernel.Handles;
using Coracle.Kernel.Mounts;
using Coracle.Kernel.Paths;
using Coracle.TestSupport;
using Coracle.TestSupport.Layers;
using static Coracle.TestSupport.Layers.TarItem;

namespace Coracle.IntegrationTests.Filesystem;

public sealed class SnapshotterTests
{
    public SnapshotterTests() => Prerequisite.RequireRoot();

    [Theory]
    [InlineData(LayerFormat.Directory, 0)]
    [InlineData(LayerFormat.Directory, 1)]
    [InlineData(LayerFormat.Directory, 120)]
    [InlineData(LayerFormat.Directory, 300)]
    [InlineData(LayerFormat.Erofs, 1)]
    [InlineData(LayerFormat.Erofs, 120)]
    [InlineData(LayerFormat.Erofs, 300)]
    public async Task Prepare_AnyNumberOfLayers_Mounts(LayerFormat format, int count)
    {
        await using StoreFixture fixture = await StoreFixture.OpenAsync(format);
        IReadOnlyList<LayerDescriptor> layers = await fixture.PullAsync(
            [.. Enumerable.Range(0, count).Select(i => new LayerBuilder().Directory("d").File($"d/{i}", "x").File("top", $"{i}"))]);

        IReadOnlyList<string> tree = await fixture.ListAsync(layers);

        tree.Should().HaveCount(count == 0 ? 1 : count + 3);
        tree[0].Should().StartWith(". d 755 0:0");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Prepare_OverlayOrCopy_ShowTheSameTree(bool forceCopy)
    {
        await using StoreFixture fixture = await StoreFixture.OpenAsync(LayerFormat.Automatic, forceCopy: forceCopy);
        IReadOnlyList<LayerDescriptor> layers = await fixture.PullAsync(
            new LayerBuilder()
                .Directory("./", 0x1ED, 1, 1)
                .Directory("a", 0x1ED, 2, 2, 11).File("a/x", "1", 0x9ED, 5, 5, ("SCHILY.xattr.user.k", Bytes("v"))).HardLink("a/y", "a/x").SymbolicLink("l", "a")
                .Directory("b").File("b/gone").File("b/kept")
                .CharacterDevice("null", 1, 3).Fifo("p"),
            new LayerBuilder().Directory("a", 0x1C0, 3, 3, 12).File("a/z").File("b/.wh.gone").Directory("c").File("c/old"),
            new LayerBuilder().Directory("c").File("c/.wh..wh..opq").File("c/new").File("a/.wh.z"));

        (await fixture.ListAsync(layers)).Should().Equal(
            ". d 755 1:1 1500000000.000000000",
            "a d 700 3:3 12.000000000",
            "a/x f 4755 5:5 1600000000.000000000 1 6b86b273ff34fce1 user.k=76 = a/x of 2",
            "a/y f 4755 5:5 1600000000.000000000 1 6b86b273ff34fce1 user.k=76 = a/x of 2",
            "b d 755 0:0 1500000000.000000000",
            "b/kept f 644 0:0 1600000000.000000000 0 e3b0c44298fc1c14",
            "c d 755 0:0 1500000000.000000000",
            "c/new f 644 0:0 1600000000.000000000 0 e3b0c44298fc1c14",
            "l l 777 0:0 1600000000.000000000 -> a",
            "null c 666 0:0 1600000000.000000000 1,3",
            "p p 644 0:0 1600000000.000000000");
    }

    [Fact]
    public async Task Prepare_RootMarkedOpaque_HidesAllBelow()
    {
        await using StoreFixture fixture = await StoreFixture.OpenAsync(LayerFormat.Automatic);
        IReadOnlyList<LayerDescriptor> layers = await fixture.PullAsync(
            new LayerBuilder().File("old"), new LayerBuilder().File(".wh..wh..opq").File("new"));

        (await fixture.ListAsync(layers, withTimes: false)).Should().Equal(". d 755 0:0", "new f 644 0:0 0 e3b0c44298fc1c14");
    }

    [Fact]
    public async Task Prepare_Again_ShowsWhatWasWritten()
    {
        await using StoreFixture fixture = await StoreFixture.OpenAsync(LayerFormat.Automatic);
        IReadOnlyList<LayerDescriptor> layers = await fixture.PullAsync(new LayerBuilder().File("a", "1"));
        string directory = fixture.Directory.CreateDirectory("c");
        for (int start = 0; start < 3; start++)
        {
            using Snapshot snapshot = await fixture.Snapshots.PrepareAsync(directory, layers, false, TestContext.Current.CancellationToken);
            using FileDescriptor root = snapshot.Mount();
            await File.AppendAllTextAsync($"{ProcPath.Of(root)}/a", "2", TestContext.Current.CancellationToken);
        }

        using Snapshot last = await fixture.Snapshots.PrepareAsync(directory, layers, true, TestContext.Current.CancellationToken);
        using FileDescriptor mounted = last.Mount();
        (await File.ReadAllTextAsync($"{ProcPath.Of(mounted)}/a", TestContext.Current.CancellationToken)).Should().Be("1222");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task View_CannotBeWrittenTo(bool forceCopy)
    {
        await using StoreFixture fixture = await StoreFixture.OpenAsync(LayerFormat.Automatic, forceCopy: forceCopy);
        IReadOnlyList<LayerDescriptor> layers = await fixture.PullAsync(new LayerBuilder().Directory("./", 0x1C0, 7, 7).File("a", "1"));
        using Snapshot snapshot = await fixture.Snapshots.ViewAsync(
            fixture.Directory.CreateDirectory("c"), layers, TestContext.Current.CancellationToken);
        using FileDescriptor root = snapshot.Mount();

        TreeListing.Read(ProcPath.Of(root)).Should().HaveCount(2).And.Contain(". d 700 7:7 1500000000.000000000");
        Action write = () => File.WriteAllText($"{ProcPath.Of(root)}/b", "");
        write.Should().Throw<IOException>();
    }

    [Fact]
    public async Task Prepare_MissingLayer_SaysWhatToDo()
    {
        await using StoreFixture fixture = await StoreFixture.OpenAsync(LayerFormat.Automatic);
        IReadOnlyList<LayerDescriptor> layers = StoreFixture.Describe(new LayerBuilder().File("a"));

        Func<Task> prepare = () => fixture.ListAsync(layers);

        (await prepare.Should().ThrowAsync<ContainerRuntimeException>()).WithMessage("*is not unpacked (pull the image again)");
    }

    [Theory]
    [InlineData(OverlayMethod.Descriptors)]
    [InlineData(OverlayMethod.Paths)]
    [InlineData(OverlayMethod.Legacy)]
    internal void Mount_ByEveryWayOfNamingLayers_ShowsTheSame(OverlayMethod method)
    {
        using TempDirectory directory = new("mount");
        List<LowerLayer> lowers = [];
        for (int i = 0; i < 200; i++)
        {
            directory.WriteFile($"l{i}/f{i}", "");
            lowers.Add(new LowerLayer.Directory(directory[$"l{i}"]));
        }
        Mount.Overlay overlay = new(lowers, directory.CreateDirectory("up"), directory.CreateDirectory("work"), Volatile: true);

        using FileDescriptor mount = MountFactory.CreateOverlay(overlay, method);

        Directory.EnumerateFiles(ProcPath.Of(mount)).Should().HaveCount(200);
    }

    [Theory]
    [InlineData("back\\slash, comma: colon")]
    [InlineData("long")]
    public void Mount_PathsOfAnyKind_AreTakenAsTheyAre(string name)
    {
        using TempDirectory directory = new("mount");
        string place = name == "long" ? $"{new string('a', 200)}/{new string('b', 200)}" : name;
        string lower = directory.CreateDirectory($"{place}/lower");
        File.WriteAllText(Path.Combine(lower, "below"), "");
        Mount.Overlay overlay = new(
            [new LowerLayer.Directory(lower)], directory.CreateDirectory($"{place}/up"), directory.CreateDirectory($"{place}/work"));

        using FileDescriptor mount = MountFactory.Create(overlay);
        File.WriteAllText(Path.Combine(ProcPath.Of(mount), "above"), "");

        File.Exists(Path.Combine(ProcPath.Of(mount), "below")).Should().BeTrue();
        File.Exists(directory[$"{place}/up/above"]).Should().BeTrue();
    }

    [Fact]
    public void Mount_MoreLayersThanTheKernelTakes_SaysSo()
    {
        using TempDirectory directory = new("mount");
        LowerLayer[] lowers = [.. Enumerable.Repeat(new LowerLayer.Directory(directory.Path), 501)];

        Action mount = () => MountFactory.Create(new Mount.Overlay(lowers, null, null));

        mount.Should().Throw<ContainerRuntimeException>().WithMessage("*501 layers*500*");
    }

    [Fact]
    public void Mount_RefusedByTheKernel_HasItsWords()
    {
        Action mount = () => MountFactory.Create(new Mount.New("tmpfs", "tmpfs", MountAttributes.None, [("sise", "1m")]));

        mount.Should().Throw<ContainerRuntimeException>()
            .WithMessage("mount tmpfs: sise=1m: Invalid argument (tmpfs: Unknown parameter 'sise')");
    }
}
