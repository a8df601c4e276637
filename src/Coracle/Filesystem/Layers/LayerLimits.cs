namespace Coracle.Filesystem.Layers;

/// <summary>What one layer may cost.</summary>
internal static class LayerLimits
{
    /// <summary>Bytes of a layer's tar, uncompressed. Deflate can promise a thousand times what it is sent, so a small blob could
    /// fill any disk; the largest layers in use (models, tool chains) stay below a third of this.</summary>
    internal const long MaxUncompressedSize = 256L << 30;

    /// <summary>The window that a zstd frame may ask to be kept in memory, as a power of two: zstd's own default for decoders.
    /// Only frames made with --ultra or --long need more than 8 MiB.</summary>
    internal const int MaxZstdWindowLog = 27;
}
