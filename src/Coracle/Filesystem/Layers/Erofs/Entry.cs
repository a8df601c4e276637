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
