using System.Text;
using Coracle.TestSupport.Layers;
using static Coracle.TestSupport.Layers.TarItem;

namespace Coracle.Tests.Filesystem.Layers;

/// <summary>Every dialect of tar that a layer may be written in.</summary>
public sealed class LayerFormatTests
{
    private const string LongPart = "0123456789012345678901234567890123456789012345678901234567890123456789";
    private static readonly string LongName = $"{LongPart}/{LongPart}/{LongPart}";

    [Theory]
    [InlineData("")]
    [InlineData("ustar\000")]
    [InlineData("ustar  \0")]
    public async Task Apply_EveryMagic_ReadsTheHeader(string magic) => (await LayerReader.ReadAsync(new LayerBuilder()
            .Add(new TarItem { Name = Bytes("a"), Content = Bytes("x"), Uid = 1, Gid = 2, Mode = 0xFFFF, Magic = magic })))
        .Should().Equal("file a 7777 1:2 1600000000.000000000 size=1 @0:x");

    [Fact]
    public async Task Apply_V7NameThatEndsWithASlash_IsADirectory() => (await LayerReader.ReadAsync(new LayerBuilder()
            .Add(new TarItem { Name = Bytes("a/"), Type = '\0', Magic = "" })))
        .Should().Equal("dir a 644 0:0 1600000000.000000000");

    [Fact]
    public async Task Apply_V7Header_HasNoDeviceNumbersAndNoPrefix() => (await LayerReader.ReadAsync(new LayerBuilder()
            .Add(new TarItem { Name = Bytes("a"), Magic = "", Edit = header => header.AsSpan(257, 243).Fill((byte)'z') })))
        .Should().Equal("file a 644 0:0 1600000000.000000000 size=0");

    [Fact]
    public async Task Apply_UstarPrefix_IsPutBeforeTheName() => (await LayerReader.ReadAsync(new LayerBuilder()
            .Add(new TarItem { Name = Bytes("name"), Edit = header => Bytes("some/where").CopyTo(header, 345) })))
        .Should().Equal("file some/where/name 644 0:0 1600000000.000000000 size=0");

    [Fact]
    public async Task Apply_GnuHeader_HasNoPrefixWhereTheTimesAre() => (await LayerReader.ReadAsync(new LayerBuilder()
            .Add(new TarItem { Name = Bytes("name"), Magic = "ustar  \0", Edit = header => Bytes("14023456701\0").CopyTo(header, 345) })))
        .Should().Equal("file name 644 0:0 1600000000.000000000 size=0");

    [Fact]
    public async Task Apply_GnuLongNameAndLink_AreTaken() => (await LayerReader.ReadAsync(new LayerBuilder()
            .GnuLong('K', Bytes(LongName)).GnuLong('L', Bytes("l/" + LongName))
            .Add(new TarItem { Name = Bytes("short"), LinkName = Bytes("short"), Type = '2', Magic = "ustar  \0" })
            .File("next")))
        .Should().Equal($"link l/{LongName} 644 0:0 1600000000.000000000 -> {LongName}", "file next 644 0:0 1600000000.000000000 size=0");

    [Fact]
    public async Task Apply_PaxRecords_OverrideTheHeader() => (await LayerReader.ReadAsync(new LayerBuilder()
            .Add(new TarItem
            {
                Name = Bytes("short"),
                LinkName = Bytes("short"),
                Type = '2',
                Pax = [
                    ("path", Bytes(LongName)), ("linkpath", Bytes("to/" + LongName)), ("uid", Bytes("4000000000")),
                    ("gid", Bytes("3")), ("mtime", Bytes("1.5")), ("atime", Bytes("7")), ("comment", Bytes("=\n="))],
            })
            .File("next")))
        .Should().Equal($"link {LongName} 644 4000000000:3 1.500000000 -> to/{LongName}", "file next 644 0:0 1600000000.000000000 size=0");

    [Fact]
    public async Task Apply_PaxSize_SaysWhereTheNextEntryIs() => (await LayerReader.ReadAsync(new LayerBuilder()
            .Add(new TarItem { Name = Bytes("a"), Content = Bytes(new string('x', 600)), Size = 0, Pax = [("size", Bytes("600"))] })
            .File("b")))
        .Should().HaveCount(2).And.Contain("file b 644 0:0 1600000000.000000000 size=0");

    [Fact]
    public async Task Apply_EmptyPaxValue_LeavesTheHeaderAsItIs() => (await LayerReader.ReadAsync(new LayerBuilder()
            .File("a", "", 0x1A4, 5, 6, ("path", []), ("uid", []), ("mtime", []))))
        .Should().Equal("file a 644 5:6 1600000000.000000000 size=0");

    [Fact]
    public async Task Apply_GlobalPaxHeader_IsPassedOver() => (await LayerReader.ReadAsync(new LayerBuilder()
            .Add(new TarItem { Name = Bytes("pax_global_header"), Type = 'g', Content = LayerBuilder.PaxData([("uid", Bytes("9")), ("comment", Bytes("c"))]) })
            .File("a")))
        .Should().Equal("file a 644 0:0 1600000000.000000000 size=0");

    [Fact]
    public async Task Apply_XattrsWithBytesOfAllKinds_AreTaken() => (await LayerReader.ReadAsync(new LayerBuilder()
            .File("a", pax: [("SCHILY.xattr.user.a=b", Bytes("x")), ("SCHILY.xattr.user.c", Bytes("1=2\n3")), ("LIBARCHIVE.xattr.user.d", Bytes("eA"))])))
        .Should().Equal("file a 644 0:0 1600000000.000000000 size=0 user.a=b=x user.c=1=2\n3");

    [Fact]
    public async Task Apply_NumbersInBase256_AreTaken() => (await LayerReader.ReadAsync(new LayerBuilder()
            .Add(new TarItem { Name = Bytes("a"), Uid = 3_000_000, Gid = 4_000_000_000, Time = -5, Magic = "ustar  \0" })))
        .Should().Equal("file a 644 3000000:4000000000 -5.000000000 size=0");

    [Theory]
    [InlineData("  644 \0", "644")]
    [InlineData("0000644", "644")]
    [InlineData("644\0xyz", "644")]
    [InlineData("\0\0\0\0\0\0\0\0", "0")]
    public async Task Apply_OctalNumbersOfOldWriters_AreTaken(string field, string mode) => (await LayerReader.ReadAsync(new LayerBuilder()
            .Add(new TarItem { Name = Bytes("a"), Edit = header => { header.AsSpan(100, 8).Clear(); Bytes(field).CopyTo(header, 100); } })))
        .Should().Equal($"file a {mode} 0:0 1600000000.000000000 size=0");

    [Fact]
    public async Task Apply_SignedChecksum_IsTaken() => (await LayerReader.ReadAsync(new LayerBuilder().Add(new TarItem
    {
        Name = [(byte)'a', 0xff],
        Damage = static header =>
        {
            header.AsSpan(148, 8).Fill((byte)' ');
            int sum = header.Sum(static value => (sbyte)value);
            Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(7, '0')).CopyTo(header, 148);
        },
    }))).Should().ContainSingle();

    [Fact]
    public async Task Apply_LinkOrDirectoryWithASize_HasNoContent() => (await LayerReader.ReadAsync(new LayerBuilder()
            .Add(new TarItem { Name = Bytes("d"), Type = '5', Size = 1024 })
            .Add(new TarItem { Name = Bytes("h"), Type = '1', LinkName = Bytes("d"), Size = 5 })
            .File("a")))
        .Should().HaveCount(3);

    [Fact]
    public async Task Apply_ContiguousFile_IsAFile() => (await LayerReader.ReadAsync(new LayerBuilder()
            .Add(new TarItem { Name = Bytes("a"), Type = '7', Content = Bytes("x") })))
        .Should().Equal("file a 644 0:0 1600000000.000000000 size=1 @0:x");

    // As some versions of buildah leave it.
    [Theory]
    [InlineData(513)]
    [InlineData(700)]
    public async Task Apply_WithoutTheFillOfTheLastBlock_IsTaken(int length)
    {
        byte[] whole = new LayerBuilder().File("a", "x").Stop().Tar;
        (await LayerReader.ReadAsync(new LayerBuilder().Raw(whole.AsSpan(0, length)).Stop())).Should().ContainSingle();
    }

    [Fact]
    public async Task Apply_WithoutEndBlocks_IsTaken() =>
        (await LayerReader.ReadAsync(new LayerBuilder().File("a").Stop())).Should().ContainSingle();

    [Fact]
    public async Task Apply_AnythingAfterTheEnd_IsNotRead() => (await LayerReader.ReadAsync(new LayerBuilder()
            .File("a").Raw(new byte[1024]).Raw(Bytes("no header at all")).File("b").Stop()))
        .Should().ContainSingle();

    [Fact]
    public async Task Apply_NothingAtAll_IsAnEmptyLayer() => (await LayerReader.ReadAsync(new LayerBuilder())).Should().BeEmpty();

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(511)]
    [InlineData(513)]
    [InlineData(1000)]
    public async Task Apply_InPiecesOfAnySize_GivesTheSame(int size)
    {
        LayerBuilder layer = new LayerBuilder()
            .Directory("d").File("d/" + LongPart, LongName, pax: ("mtime", Bytes("1.25"))).SymbolicLink("l", "x")
            .GnuLong('L', Bytes(LongName)).File("s", LongName + LongName + LongName).File("e");

        LayerReader.Feed(layer, size).Should().Equal(await LayerReader.ReadAsync(layer)).And.HaveCount(5);
    }
}
