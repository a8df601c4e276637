namespace Coracle.Filesystem.Layers.Erofs;

/// <summary>What a name stands for. The values are the format's file types, but for <see cref="Whiteout"/>.</summary>
internal enum EntryKind : byte
{
    /// <summary>A name that was refused after all.</summary>
    None = 0,

    RegularFile = 1,
    Directory = 2,
    CharacterDevice = 3,
    BlockDevice = 4,
    Fifo = 5,
    Socket = 6,
    SymbolicLink = 7,

    /// <summary>A character device 0/0 that overlay reads as "removed".</summary>
    Whiteout = 8,
}
