namespace Coracle.Filesystem.Layers.Erofs;

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
