namespace Coracle.Filesystem.Layers.Erofs;

/// <summary>Where the data of an inode lies (EROFS_INODE_*).</summary>
internal enum DataLayout : byte
{
    /// <summary>In consecutive blocks.</summary>
    FlatPlain = 0,

    /// <summary>In consecutive blocks, but the last, partial one behind the inode.</summary>
    FlatInline = 2,

    /// <summary>In chunks, each with its own address or a hole; the list of addresses is behind the inode.</summary>
    ChunkBased = 4,
}
