using System.Text;
using Coracle.Filesystem.Layers;
using Coracle.TestSupport.Layers;
using static Coracle.TestSupport.Layers.TarItem;

namespace Coracle.Tests.Filesystem.Layers;

/// <summary>Archives made to do harm, or damaged. Each is refused with words that say why.</summary>
public sealed class HostileLayerTests
{
    public static TheoryData<string, Action<LayerBuilder>, string> Archives { get; } = new()
    {
        { "name leaves", l => l.File("../x"), "*../x leads out of the layer*" },
        { "name leaves later", l => l.File("a/../../x"), "*leads out of the layer*" },
        { "absolute name leaves", l => l.File("/../x"), "*leads out of the layer*" },
        { "link target leaves", l => l.File("a").HardLink("b", "../a"), "*leads out of the layer*" },
        { "hard link to root", l => l.HardLink("b", "/"), "*hard link to the root*" },
        { "root is a file", l => l.File("./"[..1]), "*is the root, but not a directory*" },
        { "root is a link", l => l.SymbolicLink(".", "/etc"), "*is the root, but not a directory*" },
        { "no name", l => l.File(""), "*is the root, but not a directory*" },
        { "zero in name", l => l.File("x", pax: ("path", Bytes("a\0b"))), "*a name has a zero byte*" },
        { "zero in link", l => l.File("x", pax: ("linkpath", Bytes("a\0b"))), "*a name has a zero byte*" },
        { "name too long", l => l.File("x", pax: ("path", Bytes(new string('a', 256)))), "*a name in*too long (the limit is 255)*" },
        { "path too long", l => l.File("x", pax: ("path", Bytes(string.Concat(Enumerable.Repeat("aa/", 2000))))), "*the path*too long (the limit is 4095)*" },
        { "a million levels", l => l.GnuLong('L', Bytes(string.Concat(Enumerable.Repeat("a/", 500_000)))).File("x"), "*too long*" },
        { "link to nothing", l => l.SymbolicLink("l", ""), "*symbolic link to nothing*" },
        { "whiteout of nothing", l => l.File("d/.wh."), "*d/.wh. is a whiteout of no name*" },
        { "whiteout of .", l => l.File(".wh.."), "*is a whiteout of no name*" },
        { "whiteout of ..", l => l.File(".wh..."), "*is a whiteout of no name*" },
        { "below a whiteout", l => l.File(".wh.a/b"), "*lies below a whiteout*" },
        { "unknown type", l => l.Add(new TarItem { Name = Bytes("a"), Type = 'Q' }), "*a is of the unknown type 0x51*" },
        { "wrong checksum", l => l.File("ok").Add(new TarItem { Name = Bytes("a"), Damage = h => h[0]++ }), "*checksum of a header is wrong, at or after ok*" },
        { "garbage", l => l.File("ok").Raw(Encoding.ASCII.GetBytes(new string('z', 512))), "*checksum*" },
        { "one zero block", l => l.File("a").Raw(new byte[512]).File("b"), "*a single block of zeros between entries*" },
        { "negative size", l => l.Add(new TarItem { Name = Bytes("a"), Size = -1, Magic = "ustar  \0" }), "*negative*" },
        { "giant size", l => l.Add(new TarItem { Name = Bytes("a"), Size = long.MaxValue }), "*a is too large (the limit is 17592186044416)*" },
        { "number too large", l => l.Add(new TarItem { Name = Bytes("a"), Edit = h => h.AsSpan(124, 12).Fill(0x7f) }), "*size*not a number*" },
        { "base 256 too large", l => l.Add(new TarItem { Name = Bytes("a"), Edit = h => { h.AsSpan(124, 12).Fill(0xaa); h[124] = 0x80; } }), "*size*too large*" },
        { "uid -1", l => l.File("a", pax: ("uid", Bytes("4294967295"))), "*uid 4294967295 does not exist*" },
        { "gid negative", l => l.Add(new TarItem { Name = Bytes("a"), Gid = -1 }), "*gid -1 does not exist*" },
        { "device number", l => l.CharacterDevice("a", 4096, 0), "*device number 4096 does not exist*" },
        { "pax length", l => l.Add(new TarItem { Type = 'x', Content = Bytes("99 path=a\n") }).File("b"), "*record of an extended header has a wrong length*" },
        { "pax length short", l => l.Add(new TarItem { Type = 'x', Content = Bytes("3 path=a\n") }).File("b"), "*wrong length*" },
        { "pax no length", l => l.Add(new TarItem { Type = 'x', Content = Bytes("path=a\n") }).File("b"), "*wrong length*" },
        { "pax no key", l => l.Add(new TarItem { Type = 'x', Content = Bytes("5 =a\n") }).File("b"), "*has no key*" },
        { "pax no equals", l => l.Add(new TarItem { Type = 'x', Content = Bytes("7 path\n") }).File("b"), "*has no key*" },
        { "pax number", l => l.File("a", pax: ("uid", Bytes("1e3"))), "*uid*not a number*" },
        { "pax time", l => l.File("a", pax: ("mtime", Bytes("1.2.3"))), "*mtime*not a time*" },
        { "pax bomb", l => l.Add(new TarItem { Type = 'x', Size = (1 << 20) + 1, Content = [1] }), "*extended header or long name is too large (the limit is 1048576)*" },
        { "long name bomb", l => l.Add(new TarItem { Type = 'L', Size = 1L << 40, Content = [1] }), "*extended header or long name is too large*" },
        { "xattr value", l => l.File("a", pax: ("SCHILY.xattr.user.x", new byte[70_000])), "*extended attribute user.x is too large (the limit is 65536)*" },
        { "xattr name", l => l.File("a", pax: ("SCHILY.xattr.user." + new string('x', 255), [1])), "*name of extended attribute*too long*" },
        { "xattr no name", l => l.File("a", pax: ("SCHILY.xattr.", [1])), "*no usable name*" },
        { "header without entry", l => l.GnuLong('L', Bytes("a")), "*an extended header without an entry*" },
        { "cut in a header", l => l.File("a").Raw(new byte[100]).Stop(), "*ends in the middle of an entry (the layer is truncated)*" },
        { "cut in content", l => l.Add(new TarItem { Name = Bytes("a"), Size = 5000, Content = Bytes("x") }).Stop(), "*truncated*" },
        { "cut before content", l => l.Add(new TarItem { Name = Bytes("a"), Size = 5000 }).Stop(), "*truncated*" },
        { "cut after a long name", l => l.GnuLong('L', Bytes("a")).Stop(), "*truncated*" },
    };

    [Theory]
    [MemberData(nameof(Archives))]
    public async Task Apply_HostileArchive_IsRefusedWithAReason(string name, Action<LayerBuilder> build, string message)
    {
        LayerBuilder layer = new();
        build(layer);

        ContainerRuntimeException failure = await LayerReader.FailAsync(layer);

        failure.Message.Should().Match($"apply layer {layer.DiffId.Short}: " + message, name);
        failure.Kind.Should().BeOneOf(RuntimeErrorKind.InvalidInput, RuntimeErrorKind.ResourceExhausted);
    }

    [Fact]
    public async Task Apply_MessageAboutAHostileName_IsShortAndPrintable()
    {
        ContainerRuntimeException failure = await LayerReader.FailAsync(
            new LayerBuilder().File("x", pax: ("path", Bytes("../\u001b[2J\n" + new string('a', 3000)))));

        failure.Message.Should().NotContainAny("\u001b", "\n").And.Match("*3008 bytes*");
        failure.Message.Length.Should().BeLessThan(400);
    }

    [Fact]
    public async Task Apply_NameWithDotsInside_StaysInTheLayer() => (await LayerReader.ReadAsync(new LayerBuilder()
            .File("/a//./b/../c").File("./..x").HardLink("l", "/a/x/../c")))
        .Should().Equal(
            "file a/c 644 0:0 1600000000.000000000 size=0", "file ..x 644 0:0 1600000000.000000000 size=0", "hard l = a/c");

    [Fact]
    public async Task Apply_AttributesOfOverlay_DoNotGetThrough()
    {
        IReadOnlyList<string> calls = await LayerReader.ReadAsync(new LayerBuilder()
            .Directory("d", pax: [("SCHILY.xattr.trusted.overlay.redirect", Bytes("/x")), ("SCHILY.xattr.trusted.overlay.opaque", Bytes("y"))])
            .File("f", pax: [("SCHILY.xattr.user.overlay.metacopy", Bytes("")), ("SCHILY.xattr.user.ok", Bytes("1"))])
            .Directory("n", pax: [("SCHILY.xattr.trusted.overlay.opaque", Bytes("n")), ("SCHILY.xattr.trusted.overlay.overlay.opaque", Bytes("y"))])
            .CharacterDevice("gone", 0, 0));

        calls.Should().Equal(
            "dir d 755 0:0 1500000000.000000000",
            "opaque d",
            "file f 644 0:0 1600000000.000000000 size=0 user.ok=1",
            "dir n 755 0:0 1500000000.000000000",
            "whiteout gone");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    public void Apply_AnyBytesDamaged_FailsOrNot_ButOnlyInTheOneWay(int seed)
    {
        Random random = new(seed);
        byte[] whole = new LayerBuilder().Directory("d").File("d/a", new string('x', 700), pax: ("mtime", Bytes("1.25")))
            .GnuLong('L', Bytes(new string('n', 150))).File("s").SymbolicLink("l", "x").HardLink("h", "d/a").Tar;
        for (int round = 0; round < 500; round++)
        {
            byte[] damaged = [.. whole];
            for (int i = random.Next(1, 6); i > 0; i--)
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            FixChecksums(damaged);
            Action feed = () => Feed(damaged, random.Next(1, 2000));
            try
            {
                feed();
            }
            catch (ContainerRuntimeException)
            {
                continue;
            }
        }
    }

    private static void Feed(byte[] bytes, int size)
    {
        Coracle.Filesystem.Layers.Tar.TarParser parser = new(new LayerEntryApplier(new RecordingWriter()));
        foreach (byte[] piece in bytes.Chunk(size))
            parser.Feed(piece);
        parser.Complete();
    }

    // Otherwise most damage would be found by the first check.
    private static void FixChecksums(byte[] tar)
    {
        for (int position = 0; position + 512 <= tar.Length; position += 512)
        {
            byte[] block = tar[position..(position + 512)];
            if (block.AsSpan(257, 5).SequenceEqual("ustar"u8))
            {
                LayerBuilder.WriteChecksum(block);
                block.CopyTo(tar, position);
            }
        }
    }
}
