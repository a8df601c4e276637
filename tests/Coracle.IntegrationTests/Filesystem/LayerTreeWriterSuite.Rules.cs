using Coracle.Filesystem.Layers;
using Coracle.TestSupport.Layers;
using static Coracle.TestSupport.Layers.TarItem;

namespace Coracle.IntegrationTests.Filesystem;

// The rules of the OCI image specification, "Applying Changesets" and "Whiteouts", inside one layer.
public abstract partial class LayerTreeWriterSuite
{
    private const string Opaque = " trusted.overlay.opaque=79";

    private readonly LowerTree _lowers = new();

    private ILowerLayers Lowers => _lowers;

    public static TheoryData<string, Action<LayerBuilder>, string[]> Replacements { get; } = new()
    {
        { "file over file", l => l.File("a", "1").File("a", "22"), ["a f 644 0:0 2 785f3ec7eb32f30b"] },
        { "file over directory", l => l.Directory("a").File("a/b").File("a"), ["a f 644 0:0 0 e3b0c44298fc1c14"] },
        { "file over link", l => l.SymbolicLink("a", "b").File("a").File("b", "1"), ["a f 644 0:0 0 e3b0c44298fc1c14", "b f 644 0:0 1 6b86b273ff34fce1"] },
        { "directory over file", l => l.File("a").Directory("a"), ["a d 755 0:0"] },
        { "directory over link", l => l.Directory("b").SymbolicLink("a", "b").Directory("a").File("a/c"), ["a d 755 0:0", "a/c f 644 0:0 0 e3b0c44298fc1c14", "b d 755 0:0"] },
        { "directory over directory", l => l.Directory("a", 0x1C0, 1, 1, 5, ("SCHILY.xattr.user.x", Bytes("1"))).File("a/b").Directory("a", 0x1ED, 2, 2), ["a d 755 2:2", "a/b f 644 0:0 0 e3b0c44298fc1c14"] },
        { "device over directory", l => l.Directory("a").File("a/b").CharacterDevice("a", 1, 5), ["a c 666 0:0 1,5"] },
        { "link over directory", l => l.Directory("a").File("a/b").SymbolicLink("a", "c"), ["a l 777 0:0 -> c"] },
        { "hard link over file", l => l.File("a", "1").File("b", "22").HardLink("a", "b"), ["a f 644 0:0 2 785f3ec7eb32f30b = a of 2", "b f 644 0:0 2 785f3ec7eb32f30b = a of 2"] },
        { "hard link over directory", l => l.File("a", "1").Directory("b").File("b/c").HardLink("b", "a"), ["a f 644 0:0 1 6b86b273ff34fce1 = a of 2", "b f 644 0:0 1 6b86b273ff34fce1 = a of 2"] },
        { "hard link to link", l => l.SymbolicLink("a", "x").HardLink("b", "a"), ["a l 777 0:0 -> x = a of 2", "b l 777 0:0 -> x = a of 2"] },
        { "first name replaced", l => l.File("a", "1").HardLink("b", "a").File("a", "22"), ["a f 644 0:0 2 785f3ec7eb32f30b", "b f 644 0:0 1 6b86b273ff34fce1"] },
        { "hard link to itself", l => l.File("a", "1").HardLink("a", "./a"), ["a f 644 0:0 1 6b86b273ff34fce1"] },
        { "hard link to itself by another path", l => l.File("d/a", "1").SymbolicLink("s", "d").HardLink("s/a", "d/a"), ["d d 755 0:0", "d/a f 644 0:0 1 6b86b273ff34fce1", "s l 777 0:0 -> d"] },
        { "entries by a link in its own directory that is replaced", l => l.Directory("d").Directory("e").SymbolicLink("d/s", ".").File("d/s/x").SymbolicLink("d/s/s", "../e").File("d/s/y"), ["d d 755 0:0", "d/s l 777 0:0 -> ../e", "d/x f 644 0:0 0 e3b0c44298fc1c14", "e d 755 0:0", "e/y f 644 0:0 0 e3b0c44298fc1c14"] },
        { "link below replaced link", l => l.Directory("d").SymbolicLink("s", "d").File("s/x").Directory("e").SymbolicLink("s", "e").File("s/y"), ["d d 755 0:0", "d/x f 644 0:0 0 e3b0c44298fc1c14", "e d 755 0:0", "e/y f 644 0:0 0 e3b0c44298fc1c14", "s l 777 0:0 -> e"] },
    };

    public static TheoryData<string, Action<LayerBuilder>, string[]> Whiteouts { get; } = new()
    {
        { "whiteout", l => l.File(".wh.a"), ["a c 0 0:0 0,0"] },
        { "whiteout after its file", l => l.File("a").File(".wh.a"), ["a f 644 0:0 0 e3b0c44298fc1c14"] },
        { "whiteout before its file", l => l.File(".wh.a").File("a"), ["a f 644 0:0 0 e3b0c44298fc1c14"] },
        { "whiteout after its directory", l => l.Directory("a").File("a/b").File(".wh.a"), ["a d 755 0:0" + Opaque, "a/b f 644 0:0 0 e3b0c44298fc1c14"] },
        { "whiteout before its directory", l => l.File(".wh.a").Directory("a").File("a/b"), ["a d 755 0:0" + Opaque, "a/b f 644 0:0 0 e3b0c44298fc1c14"] },
        { "whiteout before an implied directory", l => l.File(".wh.a").File("a/b/c"), ["a d 755 0:0" + Opaque, "a/b d 755 0:0", "a/b/c f 644 0:0 0 e3b0c44298fc1c14"] },
        { "whiteout twice", l => l.File(".wh.a").File(".wh.a"), ["a c 0 0:0 0,0"] },
        { "whiteout in a directory", l => l.Directory("d").File("d/.wh.a"), ["d d 755 0:0", "d/a c 0 0:0 0,0"] },
        { "overlay's whiteout", l => l.CharacterDevice("a", 0, 0), ["a c 0 0:0 0,0"] },
        { "opaque first", l => l.Directory("d").File("d/.wh..wh..opq").File("d/a"), ["d d 755 0:0" + Opaque, "d/a f 644 0:0 0 e3b0c44298fc1c14"] },
        { "opaque last", l => l.Directory("d").File("d/a").File("d/.wh..wh..opq"), ["d d 755 0:0" + Opaque, "d/a f 644 0:0 0 e3b0c44298fc1c14"] },
        { "opaque before its directory", l => l.File("d/.wh..wh..opq").Directory("d", 0x1C0), ["d d 700 0:0" + Opaque] },
        { "overlay's opaque", l => l.Directory("d", pax: ("SCHILY.xattr.trusted.overlay.opaque", Bytes("y"))), ["d d 755 0:0" + Opaque] },
        { "overlay's opaque of users", l => l.Directory("d", pax: ("SCHILY.xattr.user.overlay.opaque", Bytes("y"))), ["d d 755 0:0" + Opaque] },
        { "marks of aufs", l => l.Directory(".wh..wh.plnk").File(".wh..wh.plnk/1.2").File(".wh..wh.aufs").File("a"), ["a f 644 0:0 0 e3b0c44298fc1c14"] },
        { "content of a whiteout", l => l.File(".wh.a", "ignored").File("b"), ["a c 0 0:0 0,0", "b f 644 0:0 0 e3b0c44298fc1c14"] },
    };

    [Theory]
    [MemberData(nameof(Replacements))]
    public Task Apply_EntryOverEntry_LeavesWhatTheSpecificationSays(string name, Action<LayerBuilder> build, string[] expected) =>
        AssertTreeAsync(name, build, expected);

    [Theory]
    [MemberData(nameof(Whiteouts))]
    public Task Apply_Whiteout_BecomesOverlaysMark(string name, Action<LayerBuilder> build, string[] expected) =>
        AssertTreeAsync(name, build, expected);

    [Fact]
    public async Task Apply_DirectoryThatIsNotListed_GetsWhatTheLowerLayersHave()
    {
        _lowers.AddDirectory("usr", 0x1C0, 1000);

        IReadOnlyList<string> tree = await ApplyAsync(new LayerBuilder().File("usr/new/f"));

        tree.Should().Contain("usr d 700 1000:1000 1234.000000005").And.Contain("usr/new d 755 0:0 0.000000000");
    }

    [Fact]
    public async Task Apply_DirectoryThatIsNotListedBelowAnOpaqueOne_DoesNotAskTheLowerLayers()
    {
        _lowers.AddDirectory("d/e", 0x1C0, 1000);

        IReadOnlyList<string> tree = await ApplyAsync(new LayerBuilder().Directory("d").File("d/.wh..wh..opq").File("d/e/f"));

        tree.Should().Contain("d/e d 755 0:0 0.000000000");
    }

    [Fact]
    public async Task Apply_HardLinkToAFileOfALowerLayer_CopiesIt()
    {
        _lowers.AddFile("bin/tool", "content", 0x9ED, 1000);

        IReadOnlyList<string> tree = await ApplyAsync(new LayerBuilder().HardLink("tool", "bin/tool"));

        tree.Should().Contain("bin/tool f 4755 1000:1000 1234.000000005 7 ed7002b439e9ac84 user.lower=01 = bin/tool of 2")
            .And.Contain("tool f 4755 1000:1000 1234.000000005 7 ed7002b439e9ac84 user.lower=01 = bin/tool of 2");
    }

    [Fact]
    public async Task Apply_DirectoryReachedByALinkThatIsReplaced_KeepsItsTime()
    {
        IReadOnlyList<string> tree = await ApplyAsync(new LayerBuilder()
            .Directory("d").Directory("e").SymbolicLink("s", "d").Directory("s/x", time: 11).SymbolicLink("s", "e").File("s/y"));

        tree.Should().Contain("d/x d 755 0:0 11.000000000").And.Contain(line => line.StartsWith("e/y f", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Apply_DirectoryListedAgainWithoutItsAccessList_HasNone()
    {
        byte[] acl = Convert.FromHexString("0200000001000600ffffffff02000400e803000004000400ffffffff10000600ffffffff20000400ffffffff");
        IReadOnlyList<string> tree = await ApplyAsync(new LayerBuilder()
            .Directory("d", pax: ("SCHILY.xattr.system.posix_acl_default", acl)).Directory("d"));

        tree.Should().Contain("d d 755 0:0 1500000000.000000000");
    }

    [Fact]
    public async Task Apply_HardLinkToADirectory_FailsAndKeepsWhatHadItsName()
    {
        await Apply(new LayerBuilder().Directory("d").File("f", "1").HardLink("f", "d")).Should().ThrowAsync<ContainerRuntimeException>();
    }

    [Theory]
    [InlineData(".wh.d")]
    [InlineData("d/.wh.a")]
    public async Task Apply_HardLinkToWhatTheLayerRemovedBelowALink_Fails(string mark)
    {
        _lowers.AddDirectory("d", 0x1ED, 0);
        _lowers.AddFile("d/a", "content", 0x1A4, 0);

        await Apply(new LayerBuilder().File(mark).SymbolicLink("s", "d").HardLink("b", "s/a")).Should().ThrowAsync<ContainerRuntimeException>();
    }

    [Fact]
    public async Task Apply_HardLinkByALinkToAFileOfALowerLayer_CopiesItToItsOwnPath()
    {
        _lowers.AddDirectory("d", 0x1C0, 7);
        _lowers.AddFile("d/a", "content", 0x1A4, 0);

        IReadOnlyList<string> tree = await ApplyAsync(new LayerBuilder().SymbolicLink("s", "/d").HardLink("b", "s/a"), withTimes: false);

        tree.Skip(1).Should().Equal(
            "b f 644 0:0 7 ed7002b439e9ac84 user.lower=01 = b of 2",
            "d d 700 7:7",
            "d/a f 644 0:0 7 ed7002b439e9ac84 user.lower=01 = b of 2",
            "s l 777 0:0 -> /d");
    }

    [Fact]
    public async Task Apply_HardLinkToWhatTheLayerRemoved_Fails()
    {
        _lowers.AddFile("a", "content", 0x1A4, 0);

        await Apply(new LayerBuilder().File(".wh.a").HardLink("b", "a")).Should().ThrowAsync<ContainerRuntimeException>();
    }

    private async Task AssertTreeAsync(string name, Action<LayerBuilder> build, string[] expected)
    {
        LayerBuilder layer = new();
        build(layer);

        IReadOnlyList<string> tree = await ApplyAsync(layer, withTimes: false);

        tree.Skip(1).Should().Equal(expected, name);
    }

    private Func<Task> Apply(LayerBuilder layer) => () => WriteAsync(layer);
}
