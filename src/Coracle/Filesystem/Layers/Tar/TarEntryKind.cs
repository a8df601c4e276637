namespace Coracle.Filesystem.Layers.Tar;

/// <summary>What an entry of a tar is.</summary>
internal enum TarEntryKind
{
    File,
    HardLink,
    SymbolicLink,
    CharacterDevice,
    BlockDevice,
    Directory,
    Fifo,
}
