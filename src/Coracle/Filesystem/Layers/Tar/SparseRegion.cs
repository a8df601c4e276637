namespace Coracle.Filesystem.Layers.Tar;

/// <summary>A piece of a sparse file that has data.</summary>
internal readonly record struct SparseRegion(long Offset, long Length);
