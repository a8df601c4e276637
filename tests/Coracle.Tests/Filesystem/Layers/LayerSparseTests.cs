using System.Text;
using Coracle.TestSupport.Layers;
using static Coracle.TestSupport.Layers.TarItem;

namespace Coracle.Tests.Filesystem.Layers;

/// <summary>The four ways in which a tar says where a file has holes.</summary>
public sealed class LayerSparseTests
{
    private const string Expected = "file s 644 0:0 1600000000.000000000 size=9000 @1000:aa@4000:bbb";

    [Fact]
    public async Task Apply_OldGnu_GivesThePieces() =>
        (await LayerReader.ReadAsync(new LayerBuilder().Add(OldGnu(9000, (1000, 2), (4000, 3), (9000, 0))).File("next")))
        .Should().Equal(Expected, "file next 644 0:0 1600000000.000000000 size=0");

    [Theory]
    [InlineData(4 + 1)]
    [InlineData(4 + 21)]
    [InlineData(4 + 22)]
    [InlineData(100)]
    public void Apply_OldGnuWithExtensionBlocks_GivesThePieces(int pieces)
    {
        (long, long)[] regions = [.. Enumerable.Range(0, pieces).Select(i => (i * 10L, 1L))];
        LayerBuilder layer = new LayerBuilder().Add(OldGnu(5000, regions)).File("next");

        foreach (int size in (int[])[100, 512, 100_000])
        {
            LayerReader.Feed(layer, size).Should().Equal(
                "file s 644 0:0 1600000000.000000000 size=5000 " + string.Concat(regions.Select(r => $"@{r.Item1}:a")),
                "file next 644 0:0 1600000000.000000000 size=0");
        }
    }

    [Fact]
    public async Task Apply_Pax00_GivesThePieces() => (await LayerReader.ReadAsync(Pax("aabbb", [
            ("GNU.sparse.size", Bytes("9000")), ("GNU.sparse.numblocks", Bytes("2")),
            ("GNU.sparse.offset", Bytes("1000")), ("GNU.sparse.numbytes", Bytes("2")),
            ("GNU.sparse.offset", Bytes("4000")), ("GNU.sparse.numbytes", Bytes("3"))])))
        .Should().Equal(Expected.Replace("file s", "file GNUSparseFile.1/s", StringComparison.Ordinal));

    [Fact]
    public async Task Apply_Pax01_GivesThePieces() => (await LayerReader.ReadAsync(Pax("aabbb", [
            ("GNU.sparse.size", Bytes("9000")), ("GNU.sparse.numblocks", Bytes("2")), ("GNU.sparse.name", Bytes("s")),
            ("GNU.sparse.map", Bytes("1000,2,4000,3"))])))
        .Should().Equal(Expected);

    [Theory]
    [InlineData("2\n1000\n2\n4000\n3\n", "@1000:aa@4000:bbb")]
    [InlineData("3\n1000\n2\n4000\n3\n9000\n0\n", "@1000:aa@4000:bbb")]
    public async Task Apply_Pax10_GivesThePieces(string map, string data) => (await LayerReader.ReadAsync(Pax(
            map.PadRight(512, '\0') + "aabbb",
            [("GNU.sparse.major", Bytes("1")), ("GNU.sparse.minor", Bytes("0")), ("GNU.sparse.name", Bytes("s")), ("GNU.sparse.realsize", Bytes("9000"))])))
        .Should().Equal($"file s 644 0:0 1600000000.000000000 size=9000 {data}");

    [Fact]
    public async Task Apply_Pax10WithAMapOfSeveralBlocks_GivesThePieces()
    {
        StringBuilder map = new("300\n");
        for (int i = 0; i < 300; i++)
            map.Append(i * 10).Append("\n1\n");
        string padded = map.ToString().PadRight((map.Length + 511) / 512 * 512, '\0');

        (await LayerReader.ReadAsync(Pax(padded + new string('x', 300), [
            ("GNU.sparse.major", Bytes("1")), ("GNU.sparse.minor", Bytes("0")), ("GNU.sparse.name", Bytes("s")), ("GNU.sparse.realsize", Bytes("9000"))])))
            .Should().ContainSingle().Which.Should().EndWith("@2980:x@2990:x");
    }

    [Fact]
    public async Task Apply_NothingButAHole_GivesTheSize() => (await LayerReader.ReadAsync(Pax("", [
            ("GNU.sparse.size", Bytes("1099511627776")), ("GNU.sparse.numblocks", Bytes("0")), ("GNU.sparse.name", Bytes("s")), ("GNU.sparse.map", [])])))
        .Should().Equal("file s 644 0:0 1600000000.000000000 size=1099511627776");

    [Theory]
    [InlineData("1000,2,1001,3")]
    [InlineData("8999,5")]
    [InlineData("1000,2")]
    [InlineData("1000,2,4000,4")]
    [InlineData("4000,3,1000,2")]
    [InlineData("1000,2,9223372036854775807,3")]
    [InlineData("1000,2,4000")]
    [InlineData("1000,2,x,3")]
    [InlineData("1000,-2")]
    public async Task Apply_MapThatLies_Fails(string map) => (await LayerReader.FailAsync(Pax("aabbb", [
            ("GNU.sparse.size", Bytes("9000")), ("GNU.sparse.name", Bytes("s")), ("GNU.sparse.map", Bytes(map))])))
        .Kind.Should().Be(RuntimeErrorKind.InvalidInput);

    [Theory]
    [InlineData("99999999999\n")]
    [InlineData("x\n")]
    [InlineData("2\n1000\n2\n4000\n")]
    [InlineData("999999999999999999999999999999\n")]
    public async Task Apply_MapInDataThatLies_Fails(string map) => (await LayerReader.FailAsync(Pax(
            map.PadRight(512, '\0'),
            [("GNU.sparse.major", Bytes("1")), ("GNU.sparse.minor", Bytes("0")), ("GNU.sparse.name", Bytes("s")), ("GNU.sparse.realsize", Bytes("9000"))])))
        .Message.Should().Contain("sparse");

    private static LayerBuilder Pax(string data, (string, byte[])[] records) => new LayerBuilder().Add(
        new TarItem { Name = Bytes("GNUSparseFile.1/s"), Content = Bytes(data), Pax = records });

    private static TarItem OldGnu(long size, params (long Offset, long Length)[] regions)
    {
        byte[] data = [.. regions.SelectMany((region, i) => Enumerable.Repeat((byte)(regions.Length > 4 ? 'a' : 'a' + i), (int)region.Length))];
        MemoryStream extensions = new();
        foreach ((long, long)[] block in regions.Skip(4).Chunk(21))
        {
            byte[] extension = new byte[512];
            WriteRegions(extension, 0, block);
            extension[504] = extensions.Length / 512 + 1 < (regions.Length - 4 + 20) / 21 ? (byte)1 : (byte)0;
            extensions.Write(extension);
        }
        return new TarItem
        {
            Name = Bytes("s"),
            Type = 'S',
            Magic = "ustar  \0",
            Size = data.Length,
            Content = [.. extensions.ToArray(), .. data],
            Edit = header =>
            {
                WriteRegions(header, 386, regions.Take(4));
                header[482] = regions.Length > 4 ? (byte)1 : (byte)0;
                Octal(size).CopyTo(header, 483);
            },
        };
    }

    private static void WriteRegions(byte[] block, int position, IEnumerable<(long Offset, long Length)> regions)
    {
        foreach ((long offset, long length) in regions)
        {
            Octal(offset).CopyTo(block, position);
            Octal(length).CopyTo(block, position + 12);
            position += 24;
        }
    }

    private static byte[] Octal(long value) => Encoding.ASCII.GetBytes(Convert.ToString(value, 8).PadLeft(11, '0'));
}
