namespace Coracle.Filesystem.Layers.Erofs;

/// <summary>A directory. It is alive while its entry still points at it and its parent is alive.</summary>
internal struct DirectoryNode
{
    internal int Entry;
    internal int Parent;
    internal uint Uid;
    internal uint Gid;
    internal long ModifiedSeconds;
    internal uint ModifiedNanoseconds;
    internal ushort Mode;
    internal ushort Depth;
    internal byte[]? Xattrs;

    /// <summary>Whether no entry of the layer has given it its attributes.</summary>
    internal bool IsImplied;

    internal bool IsOpaque;

    /// <summary>Whether it took the place of a whiteout: it has nothing to do with what is below.</summary>
    internal bool IsRemade;

    internal bool IsAlive;
    internal bool IsInline;

    internal long Nid;
    internal int FirstChild;
    internal int Children;
    internal int Subdirectories;
    internal long Size;
    internal uint FirstBlock;
}
