using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Pipelines;
using ZstdSharp;
using ZstdSharp.Unsafe;

namespace Coracle.Filesystem.Layers;

/// <summary>
/// Finds out from the first bytes how a layer is compressed, and undoes it. Media types are not asked: registries and tools
/// get them wrong, and the content can't lie.
/// </summary>
internal static class LayerDecompression
{
    private const int MagicLength = 6;
    private const uint ZstdMagic = 0xFD2FB528;

    // Frames to be passed over: 0x184D2A50 to 0x184D2A5F (RFC 8878, 3.1.2). zstd:chunked layers have them.
    private const uint SkippableMagic = 0x184D2A50;
    private const uint SkippableMask = 0xFFFFFFF0;

    private const int ZstdBufferSize = 256 * 1024;

    /// <summary>Opens the uncompressed bytes.</summary>
    /// <param name="blob">The compressed bytes. Not completed.</param>
    /// <param name="cancellationToken">Cancels.</param>
    internal static async Task<Stream> OpenAsync(PipeReader blob, CancellationToken cancellationToken)
    {
        LayerCompression compression = await DetectAsync(blob, cancellationToken).ConfigureAwait(false);
        Stream compressed = blob.AsStream(leaveOpen: true);
        switch (compression)
        {
            case LayerCompression.Gzip:
                return new GZipStream(compressed, CompressionMode.Decompress);
            case LayerCompression.Zstd:
                DecompressionStream zstd = new(compressed, ZstdBufferSize, leaveOpen: false);
                zstd.SetParameter(ZSTD_dParameter.ZSTD_d_windowLogMax, LayerLimits.MaxZstdWindowLog);
                return zstd;
            case LayerCompression.None:
            default:
                return compressed;
        }
    }

    private static async ValueTask<LayerCompression> DetectAsync(PipeReader blob, CancellationToken cancellationToken)
    {
        ReadResult result = await blob.ReadAtLeastAsync(MagicLength, cancellationToken).ConfigureAwait(false);
        LayerCompression compression = Detect(result.Buffer);
        blob.AdvanceTo(result.Buffer.Start);
        return compression;
    }

    private static LayerCompression Detect(in ReadOnlySequence<byte> start)
    {
        Span<byte> magic = stackalloc byte[MagicLength];
        magic.Clear();
        start.Slice(0, Math.Min(start.Length, MagicLength)).CopyTo(magic);
        uint first = BinaryPrimitives.ReadUInt32LittleEndian(magic);
        if (magic.StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b]))
            return LayerCompression.Gzip;
        if (first == ZstdMagic || (first & SkippableMask) == SkippableMagic)
            return LayerCompression.Zstd;
        if (magic.StartsWith("BZh"u8) || magic.SequenceEqual((ReadOnlySpan<byte>)[0xfd, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0]))
        {
            throw new ContainerRuntimeException(
                RuntimeErrorKind.NotSupported,
                "the layer is compressed with bzip2 or xz, which image layers can't be (push it with gzip or zstd)");
        }
        return LayerCompression.None;
    }
}
