namespace Coracle.Filesystem.Layers.Erofs;

/// <summary>A name in a directory.</summary>
internal struct Entry
{
    internal int Parent;
    internal uint Name;

    /// <summary>The index of its <see cref="DirectoryNode"/> or <see cref="FileNode"/>.</summary>
    internal int Target;

    internal byte NameLength;
    internal EntryKind Kind;
}

/// <summary>Anything but a directory. It may have several names.</summary>
internal struct FileNode
{
    /// <summary>Its number once it has its place in the image.</summary>
    internal long Nid;

    internal uint Links;
    internal uint LinkTarget;
    internal ushort LinkTargetLength;
    internal bool IsCompact;
}

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
