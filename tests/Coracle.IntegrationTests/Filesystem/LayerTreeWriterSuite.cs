using System.IO.Pipelines;
using Coracle.Filesystem.Layers;
using Coracle.TestSupport;
using Coracle.TestSupport.Layers;
using static Coracle.TestSupport.Layers.TarItem;

namespace Coracle.IntegrationTests.Filesystem;

/// <summary>
/// What every form in which a layer is kept must do with the entries of a tar. A form subclasses this and says how it is
/// written and how it is looked at.
/// </summary>
public abstract partial class LayerTreeWriterSuite : IDisposable
{
    private readonly TempDirectory _directory = new("layer");
    private readonly List<string> _shown = [];
    private int _counter;

    protected LayerTreeWriterSuite()
    {
        Prerequisite.RequireRoot();
        RequireForm();
    }

    /// <summary>Skips where the form can't be had.</summary>
    protected virtual void RequireForm() { }

    /// <summary>Makes a writer.</summary>
    /// <param name="location">Where the layer shall lie; does not exist.</param>
    /// <param name="lowers">The layers below; an empty set if there are none.</param>
    internal abstract ILayerTreeWriter CreateWriter(string location, ILowerLayers lowers);

    /// <summary>Makes a finished layer visible.</summary>
    /// <returns>A directory that shows its tree, with overlay's marks as they are.</returns>
    protected abstract string Show(string location);

    /// <summary>Undoes <see cref="Show"/>.</summary>
    protected virtual void Hide(string shown) { }

    [Fact]
    public async Task Apply_EveryKindOfEntry_KeepsAllThatTheTarSays()
    {
        IReadOnlyList<string> tree = await ApplyAsync(new LayerBuilder()
            .Directory("./", 0x1E8, 1, 2, 1_400_000_000)
            .Directory("dir", 0x5ED, 1000, 1001)
            .File("dir/file", "content", 0x9ED, 1000, 1000)
            .HardLink("dir/same", "dir/file")
            .SymbolicLink("link", "/etc/../nowhere", 5, 6)
            .CharacterDevice("null", 1, 3)
            .BlockDevice("sda1", 259, 1_000_000)
            .Fifo("pipe", 0x1B6)
            .File("empty"));

        tree.Should().Equal(
            ". d 750 1:2 1400000000.000000000",
            "dir d 2755 1000:1001 1500000000.000000000",
            "dir/file f 4755 1000:1000 1600000000.000000000 7 ed7002b439e9ac84 = dir/file of 2",
            "dir/same f 4755 1000:1000 1600000000.000000000 7 ed7002b439e9ac84 = dir/file of 2",
            "empty f 644 0:0 1600000000.000000000 0 e3b0c44298fc1c14",
            "link l 777 5:6 1600000000.000000000 -> /etc/../nowhere",
            "null c 666 0:0 1600000000.000000000 1,3",
            "pipe p 666 0:0 1600000000.000000000",
            "sda1 b 660 0:0 1600000000.000000000 259,1000000");
    }

    [Fact]
    public async Task Apply_DirectoryListedBeforeItsChildren_KeepsItsTime()
    {
        IReadOnlyList<string> tree = await ApplyAsync(new LayerBuilder()
            .Directory("a", time: 11).Directory("a/b", time: 12).File("a/b/c").SymbolicLink("a/d", "x").HardLink("a/e", "a/b/c"));

        tree.Should().Contain("a d 755 0:0 11.000000000").And.Contain("a/b d 755 0:0 12.000000000");
    }

    [Theory]
    [InlineData("1500000000.123456789", "1500000000.123456789")]
    [InlineData("-1.25", "-2.750000000")]
    [InlineData("17000000000", "17000000000.000000000", true)]
    [InlineData("3.1", "3.100000000")]
    [InlineData("3.1234567899", "3.123456789")]
    public async Task Apply_TimeOfAnExtendedHeader_IsKeptToTheNanosecond(string time, string shown, bool needsLargeTimes = false)
    {
        // ext4 with small inodes and others end in 2038; 34 bits end in 2446.
        if (needsLargeTimes)
            (time, shown) = ("15000000000", "15000000000.000000000");
        IReadOnlyList<string> tree = await ApplyAsync(new LayerBuilder().File("f", pax: [("mtime", Bytes(time))]));

        tree.Should().Contain($"f f 644 0:0 {shown} 0 e3b0c44298fc1c14");
    }

    [Fact]
    public async Task Apply_ExtendedAttributes_AreKept()
    {
        byte[] capability = Convert.FromHexString("0100000200040000000000000000000000000000");
        byte[] acl = Convert.FromHexString("0200000001000600ffffffff02000400e803000004000400ffffffff10000600ffffffff20000400ffffffff");
        IReadOnlyList<string> tree = await ApplyAsync(new LayerBuilder()
            .File("ping", "x", 0x1ED, 7, 7, ("SCHILY.xattr.security.capability", capability), ("SCHILY.xattr.user.note", [0, 10, 61]))
            .File("shared", "x", 0x1B4, pax: ("SCHILY.xattr.system.posix_acl_access", acl))
            .Directory("d", pax: ("SCHILY.xattr.system.posix_acl_default", acl))
            .File("d/child", "x"));

        tree.Should().Contain($"ping f 755 7:7 1600000000.000000000 1 2d711642b726b044 security.capability={Hex(capability)} user.note=000a3d")
            .And.Contain($"shared f 664 0:0 1600000000.000000000 1 2d711642b726b044 system.posix_acl_access={Hex(acl)}")
            .And.Contain($"d d 755 0:0 1500000000.000000000 system.posix_acl_default={Hex(acl)}")
            .And.Contain("d/child f 644 0:0 1600000000.000000000 1 2d711642b726b044");
    }

    [Fact]
    public async Task Apply_AttributesOfOverlay_NeverReachTheDisk()
    {
        IReadOnlyList<string> tree = await ApplyAsync(new LayerBuilder()
            .Directory("d", pax: [
                ("SCHILY.xattr.trusted.overlay.redirect", Bytes("/etc")),
                ("SCHILY.xattr.trusted.overlay.origin", Bytes("x")),
                ("SCHILY.xattr.user.overlay.redirect", Bytes("/etc"))])
            .File("f", "x", pax: [
                ("SCHILY.xattr.trusted.overlay.metacopy", []),
                ("SCHILY.xattr.trusted.overlay.redirect", Bytes("/etc/shadow")),
                ("SCHILY.xattr.trusted.overlay.overlay.opaque", Bytes("y"))]));

        tree.Should().Contain("d d 755 0:0 1500000000.000000000")
            .And.Contain("f f 644 0:0 1600000000.000000000 1 2d711642b726b044");
    }

    [Fact]
    public async Task Apply_NamesThatAreNotUtf8_AreKeptAsBytes()
    {
        IReadOnlyList<string> tree = await ApplyAsync(new LayerBuilder()
            .Add(new TarItem { Name = [0xff, 0xfe, (byte)'x'], Type = '5', Mode = 0x1ED })
            .Add(new TarItem { Name = [0xff, 0xfe, (byte)'x', (byte)'/', 0x80] })
            .Add(new TarItem { Name = Bytes("l"), Type = '2', LinkName = [0xff, 0xfe, (byte)'x'] }));

        tree.Should().Contain(line => line.StartsWith("\\xff\\xfex/\\x80 f", StringComparison.Ordinal))
            .And.Contain(line => line.EndsWith("-> \\xff\\xfex", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Apply_SparseFile_HasItsHoles()
    {
        const long Size = 64 << 20;
        byte[] data = [.. Enumerable.Repeat((byte)'a', 4096), .. Enumerable.Repeat((byte)'b', 4096)];
        string location = await WriteAsync(new LayerBuilder().Add(new TarItem
        {
            Name = Bytes("GNUSparseFile.0/s"),
            Content = data,
            Pax = [
                ("GNU.sparse.major", Bytes("0")), ("GNU.sparse.minor", Bytes("1")), ("GNU.sparse.name", Bytes("s")),
                ("GNU.sparse.size", Bytes($"{Size}")), ("GNU.sparse.numblocks", Bytes("2")),
                ("GNU.sparse.map", Bytes("1048576,4096,33554432,4096"))],
        }));
        string shown = Remember(Show(location));

        byte[] expected = new byte[Size];
        data.AsSpan(0, 4096).CopyTo(expected.AsSpan(1048576));
        data.AsSpan(4096).CopyTo(expected.AsSpan(33554432));
        (await File.ReadAllBytesAsync(Path.Combine(shown, "s"), TestContext.Current.CancellationToken)).AsSpan()
            .SequenceEqual(expected).Should().BeTrue();
        DiskUse(location).Should().BeLessThan(1 << 20, "holes take no room");
    }

    /// <summary>Applies a layer and lists its tree.</summary>
    protected async Task<IReadOnlyList<string>> ApplyAsync(LayerBuilder layer, bool withTimes = true) =>
        TreeListing.Read(Remember(Show(await WriteAsync(layer))), withTimes);

    /// <summary>Applies a layer.</summary>
    /// <returns>Where it lies.</returns>
    protected async Task<string> WriteAsync(LayerBuilder layer)
    {
        string location = _directory[$"layer{_counter++}"];
        await using ILayerTreeWriter writer = CreateWriter(location, Lowers);
        await LayerApplier.ApplyAsync(
            PipeReader.Create(new MemoryStream(layer.Gzip)),
            layer.DiffId,
            writer,
            cancellationToken: TestContext.Current.CancellationToken);
        return location;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (string shown in _shown)
            Hide(shown);
        _directory.Dispose();
        GC.SuppressFinalize(this);
    }

    private string Remember(string shown)
    {
        _shown.Add(shown);
        return shown;
    }

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);

    private static long DiskUse(string location)
    {
        IEnumerable<string> files = File.Exists(location) ? [location] : Directory.EnumerateFiles(location);
        return files.Sum(static file => TreeListing.AllocatedBytes(file));
    }
}
