using Coracle.TestSupport.Layers;
using static Coracle.TestSupport.Layers.TarItem;

namespace Coracle.IntegrationTests.Filesystem;

// Layers that want to write outside. Whatever they do must stay in their root, or fail.
public abstract partial class LayerTreeWriterSuite
{
    public static TheoryData<string, Action<LayerBuilder, string>, string[]?> Escapes { get; } = new()
    {
        { "absolute link", (l, outside) => l.SymbolicLink("l", outside).File("l/escaped"), ["*"] },
        { "relative link", (l, outside) => l.SymbolicLink("l", "../../../../../../../../" + outside).File("l/escaped"), ["*"] },
        { "link in a directory", (l, outside) => l.Directory("a").SymbolicLink("a/l", "../../../../../.." + outside).File("a/l/escaped"), ["*"] },
        { "link to a link", (l, outside) => l.SymbolicLink("m", outside).SymbolicLink("l", "m").File("l/escaped"), ["*"] },
        { "file over a link", (l, outside) => l.SymbolicLink("l", outside + "/target").File("l", "evil"), ["l f 644 0:0 4 *"] },
        { "directory over a link", (l, outside) => l.SymbolicLink("l", outside).Directory("l", 0x1FF, 9, 9).File("l/escaped"), ["l d 777 9:9", "l/escaped f *"] },
        { "attributes through a link", (l, outside) => l.SymbolicLink("l", outside + "/target").Add(new TarItem { Name = Bytes("l"), Type = '2', LinkName = Bytes(outside + "/target"), Mode = 0xFFF, Uid = 5, Pax = [("SCHILY.xattr.user.x", [1])] }), ["l l 777 5:0 *"] },
        { "hard link through a link", (l, outside) => l.SymbolicLink("l", outside).HardLink("h", "l/target"), null },
        { "hard link to a link", (l, outside) => l.SymbolicLink("l", outside + "/target").HardLink("h", "l").File("h", "evil"), ["h f 644 0:0 4 *", "l l 777 0:0 *"] },
        { "device over a link", (l, outside) => l.SymbolicLink("l", outside + "/target").CharacterDevice("l", 1, 3), ["l c 666 0:0 1,3"] },
        { "whiteout through a link", (l, outside) => l.SymbolicLink("l", outside).File("l/.wh.target"), ["*"] },
        { "opaque through a link", (l, outside) => l.SymbolicLink("l", outside).File("l/.wh..wh..opq"), ["*"] },
        { "magic link", (l, _) => l.SymbolicLink("l", "/proc/self/root").File("l/escaped"), ["*"] },
        { "loop", (l, _) => l.SymbolicLink("a", "b").SymbolicLink("b", "a").File("a/x"), null },
        { "link to itself", (l, _) => l.SymbolicLink("a", "a").File("a/x"), null },
        { "file as a directory", (l, _) => l.File("a").File("a/b"), null },
        { "device as a directory", (l, _) => l.CharacterDevice("a", 1, 3).File("a/b"), null },
        { "hard link to a directory", (l, _) => l.Directory("a").HardLink("b", "a"), null },
        { "hard link to nothing", (l, _) => l.HardLink("b", "a"), null },
        { "directory replaced by a link to outside", (l, outside) => l.Directory("d", time: 5).Directory("d/e", time: 6).SymbolicLink("d", outside), ["d l 777 0:0 *"] },
        { "link that leads nowhere", (l, _) => l.SymbolicLink("l", "a/../b/c").File("l/x"), ["*", "b/c/x f 644 0:0 0 *"] },
    };

    [Theory]
    [MemberData(nameof(Escapes))]
    public async Task Apply_LayerThatWantsOut_StaysInsideOrFails(string name, Action<LayerBuilder, string> build, string[]? expected)
    {
        string outside = _directory.CreateDirectory("outside");
        _directory.WriteFile("outside/target", "untouched");
        string before = string.Join('\n', TreeListing.Read(outside));
        LayerBuilder layer = new();
        build(layer, outside);

        if (expected is null)
            await Apply(layer).Should().ThrowAsync<ContainerRuntimeException>(name);
        else
            Match((await ApplyAsync(layer, withTimes: false)).Skip(1), expected);

        string.Join('\n', TreeListing.Read(outside)).Should().Be(before, name);
    }

    [Fact]
    public async Task Apply_ThousandLevels_IsDoneAndRemoved()
    {
        LayerBuilder layer = new LayerBuilder()
            .GnuLong('L', Bytes(string.Concat(Enumerable.Repeat("a/", 2000)) + "f")).File("x");

        string location = await WriteAsync(layer);

        Path.Exists(location).Should().BeTrue();
    }

    [Fact]
    public async Task Apply_Failing_LeavesNothing()
    {
        await Apply(new LayerBuilder().Directory("d").File("d/a", "x").Stop().Raw([1, 2, 3])).Should().ThrowAsync<ContainerRuntimeException>();

        Directory.EnumerateFileSystemEntries(_directory.Path).Should().BeEmpty();
    }

    // A line may end with "*"; "*" alone stands for any lines.
    private static void Match(IEnumerable<string> tree, string[] expected)
    {
        if (!expected.Contains("*"))
            tree.Should().HaveCount(expected.Length);
        foreach (string line in expected.Where(line => line != "*"))
            tree.Should().Contain(actual => actual.StartsWith(line.TrimEnd('*'), StringComparison.Ordinal));
    }
}
