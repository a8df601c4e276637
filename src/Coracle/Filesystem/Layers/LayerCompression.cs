namespace Coracle.Filesystem.Layers;

/// <summary>How the bytes of a layer are compressed.</summary>
internal enum LayerCompression
{
    None,
    Gzip,
    Zstd,
}
