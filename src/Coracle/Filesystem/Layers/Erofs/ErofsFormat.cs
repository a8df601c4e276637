namespace Coracle.Filesystem.Layers.Erofs;

/// <summary>The numbers of the EROFS on-disk format (the kernel's fs/erofs/erofs_fs.h), little endian throughout.</summary>
internal static class ErofsFormat
{
    internal const int BlockBits = 12;
    internal const int BlockSize = 1 << BlockBits;

    /// <summary>Block addresses have 32 bits, and the highest one stands for a hole.</summary>
    internal const long MaxImageSize = (long)(uint.MaxValue - 1) << BlockBits;

    /// <summary>What ext4 takes, holes included, so that a layer fits into either form or none.</summary>
    internal const long MaxFileSize = 16L << 40;

    internal const int SuperblockOffset = 1024;
    internal const int SuperblockSize = 128;
    internal const uint Magic = 0xE0F5E1E2;
    internal const uint FeatureChecksum = 0x1;
    internal const uint FeatureModificationTimes = 0x2;
    internal const uint FeatureChunkedFiles = 0x4;

    /// <summary>An inode is named by its offset in these units from the start of the image.</summary>
    internal const int SlotSize = 32;
    internal const int CompactInodeSize = 32;
    internal const int ExtendedInodeSize = 64;

    /// <summary>The root's number has only 16 bits in the superblock, so it lies right behind it.</summary>
    internal const int RootOffset = SuperblockOffset + SuperblockSize;

    internal const int XattrHeaderSize = 12;
    internal const int XattrEntrySize = 4;
    internal const int DirentSize = 12;
    internal const uint NullBlock = uint.MaxValue;

    internal const int MaxNameLength = 255;

    /// <summary>PATH_MAX less the terminator: no kernel reads a longer target.</summary>
    internal const int MaxTargetLength = 4095;

    internal const uint TypeMask = 0xF000;
    internal const uint TypeFifo = 0x1000;
    internal const uint TypeCharacterDevice = 0x2000;
    internal const uint TypeDirectory = 0x4000;
    internal const uint TypeBlockDevice = 0x6000;
    internal const uint TypeRegularFile = 0x8000;
    internal const uint TypeSymbolicLink = 0xA000;
    internal const uint TypeSocket = 0xC000;

    internal static long AlignToBlock(long position) => (position + BlockSize - 1) & -BlockSize;
}
