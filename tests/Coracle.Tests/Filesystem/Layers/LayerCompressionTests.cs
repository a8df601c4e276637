using System.Buffers.Binary;
using System.IO.Compression;
using Coracle.TestSupport.Layers;
using ZstdSharp;

namespace Coracle.Tests.Filesystem.Layers;

/// <summary>How a layer is compressed is seen from its bytes.</summary>
public sealed class LayerCompressionTests
{
    private static readonly LayerBuilder Layer = new LayerBuilder().File("a", new string('x', 5000)).File("b", "y");

    [Fact]
    public Task Apply_Uncompressed_GivesTheTree() => AssertAsync(Layer.Tar);

    [Fact]
    public Task Apply_Gzip_GivesTheTree() => AssertAsync(Layer.Gzip);

    [Fact]
    public Task Apply_GzipOfSeveralMembers_GivesTheTree() =>
        AssertAsync([.. Layer.Tar.Chunk(700).SelectMany(Gzip)]);

    [Fact]
    public Task Apply_GzipWithPaddingAfterIt_GivesTheTree() => AssertAsync([.. Layer.Gzip, .. new byte[1000]]);

    [Fact]
    public Task Apply_Zstd_GivesTheTree() => AssertAsync(Zstd(Layer.Tar));

    [Fact]
    public Task Apply_ZstdOfSeveralFrames_GivesTheTree() => AssertAsync([.. Layer.Tar.Chunk(700).SelectMany(Zstd)]);

    [Fact]
    public Task Apply_ZstdWithSkippableFrames_GivesTheTree()
    {
        byte[] skippable = new byte[8 + 100];
        BinaryPrimitives.WriteUInt32LittleEndian(skippable, 0x184D2A5A);
        BinaryPrimitives.WriteUInt32LittleEndian(skippable.AsSpan(4), 100);
        byte[][] frames = [.. Layer.Tar.Chunk(2000).Select(Zstd)];
        return AssertAsync([.. skippable, .. frames[0], .. skippable, .. frames.Skip(1).SelectMany(f => f), .. skippable]);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(200)]
    public async Task Apply_TruncatedGzip_Fails(int cut) =>
        (await FailAsync(RandomGzip()[..^cut])).Kind.Should().BeOneOf(RuntimeErrorKind.IntegrityFailed, RuntimeErrorKind.InvalidInput);

    [Theory]
    [InlineData(1)]
    [InlineData(40)]
    public async Task Apply_TruncatedZstd_Fails(int cut) =>
        (await FailAsync(Zstd(Layer.Tar)[..^cut])).Kind.Should().BeOneOf(RuntimeErrorKind.IntegrityFailed, RuntimeErrorKind.InvalidInput);

    [Fact]
    public async Task Apply_DamagedGzip_Fails()
    {
        byte[] blob = [.. Layer.Gzip];
        blob.AsSpan(20, 10).Fill(0xff);

        (await FailAsync(blob)).Message.Should().StartWith($"apply layer {Layer.DiffId.Short}: ");
    }

    [Fact]
    public async Task Apply_DamagedZstd_Fails()
    {
        byte[] blob = [.. Zstd(Layer.Tar)];
        blob.AsSpan(6, 10).Fill(0xff);

        (await FailAsync(blob)).Kind.Should().Be(RuntimeErrorKind.InvalidInput);
    }

    [Fact]
    public async Task Apply_ZstdThatWantsAGigabyteOfMemory_Fails()
    {
        // Magic, frame header descriptor without a single segment, window descriptor of 2^30.
        byte[] blob = [0x28, 0xb5, 0x2f, 0xfd, 0x00, 20 << 3, 1, 0, 0];

        (await FailAsync(blob)).Kind.Should().Be(RuntimeErrorKind.InvalidInput);
    }

    [Theory]
    [InlineData("QlpoOTFBWSZTWQ==")]
    [InlineData("/Td6WFoAAATm1rRG")]
    public async Task Apply_OtherCompressions_SaysWhatToDo(string base64) =>
        (await FailAsync(Convert.FromBase64String(base64))).Message.Should().Match("*bzip2 or xz*(push it with gzip or zstd)");

    [Fact]
    public async Task Apply_OtherDiffId_Fails()
    {
        Digest other = new LayerBuilder().File("c").DiffId;
        Func<Task> read = () => LayerReader.ReadAsync(Layer.Gzip, other);

        (await read.Should().ThrowAsync<ContainerRuntimeException>()).Which.Should()
            .Match<ContainerRuntimeException>(e => e.Kind == RuntimeErrorKind.IntegrityFailed && e.Message.Contains(other.ToString()));
    }

    private static async Task AssertAsync(byte[] blob) => (await LayerReader.ReadAsync(blob, Layer.DiffId)).Should().HaveCount(2);

    private static async Task<ContainerRuntimeException> FailAsync(byte[] blob)
    {
        Func<Task> read = () => LayerReader.ReadAsync(blob, Layer.DiffId);
        return (await read.Should().ThrowAsync<ContainerRuntimeException>()).Which;
    }

    private static byte[] RandomGzip()
    {
        byte[] noise = new byte[5000];
        new Random(1).NextBytes(noise);
        return Gzip(noise);
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using MemoryStream compressed = new();
        using (GZipStream gzip = new(compressed, CompressionLevel.Fastest))
            gzip.Write(bytes);
        return compressed.ToArray();
    }

    private static byte[] Zstd(byte[] bytes)
    {
        using Compressor compressor = new();
        return compressor.Wrap(bytes).ToArray();
    }
}
