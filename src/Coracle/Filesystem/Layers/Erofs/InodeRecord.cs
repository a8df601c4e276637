using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Coracle.Filesystem.Layers.Erofs;

/// <summary>An inode as it is in the image: 32 bytes where all values fit, else 64.</summary>
internal struct InodeRecord
{
    internal uint Mode;
    internal uint Uid;
    internal uint Gid;
    internal long ModifiedSeconds;
    internal uint ModifiedNanoseconds;
    internal long Size;
    internal uint Links;
    internal DataLayout Layout;

    /// <summary>The first block, the chunk format or the device number.</summary>
    internal uint Detail;

    /// <summary>The length of the attributes behind it.</summary>
    internal int XattrLength;

    internal readonly int SizeIn(in ImageTime time) =>
        FitsCompact(time) ? ErofsFormat.CompactInodeSize : ErofsFormat.ExtendedInodeSize;

    /// <summary>Writes the inode.</summary>
    /// <returns>Its size.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal readonly int Write(Span<byte> target, in ImageTime time)
    {
        bool compact = FitsCompact(time);
        int size = compact ? ErofsFormat.CompactInodeSize : ErofsFormat.ExtendedInodeSize;
        target = target[..size];
        target.Clear();
        int xattrUnits = XattrLength == 0 ? 0 : ((XattrLength - ErofsFormat.XattrHeaderSize) / sizeof(uint)) + 1;
        BinaryPrimitives.WriteUInt16LittleEndian(target, (ushort)((compact ? 0 : 1) | ((int)Layout << 1)));
        BinaryPrimitives.WriteUInt16LittleEndian(target[2..], (ushort)xattrUnits);
        BinaryPrimitives.WriteUInt16LittleEndian(target[4..], (ushort)Mode);
        BinaryPrimitives.WriteUInt32LittleEndian(target[16..], Detail);
        if (compact)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(target[6..], (ushort)Links);
            BinaryPrimitives.WriteUInt32LittleEndian(target[8..], (uint)Size);
            BinaryPrimitives.WriteUInt16LittleEndian(target[24..], (ushort)Uid);
            BinaryPrimitives.WriteUInt16LittleEndian(target[26..], (ushort)Gid);
            return size;
        }
        BinaryPrimitives.WriteInt64LittleEndian(target[8..], Size);
        BinaryPrimitives.WriteUInt32LittleEndian(target[24..], Uid);
        BinaryPrimitives.WriteUInt32LittleEndian(target[28..], Gid);
        BinaryPrimitives.WriteInt64LittleEndian(target[32..], ModifiedSeconds);
        BinaryPrimitives.WriteUInt32LittleEndian(target[40..], ModifiedNanoseconds);
        BinaryPrimitives.WriteUInt32LittleEndian(target[44..], Links);
        return size;
    }

    /// <summary>Changes the number of links of an inode already written: where in it, and what.</summary>
    internal static int WriteLinks(Span<byte> target, bool compact, uint links, out int offset)
    {
        offset = compact ? 6 : 44;
        if (compact)
            BinaryPrimitives.WriteUInt16LittleEndian(target, (ushort)links);
        else
            BinaryPrimitives.WriteUInt32LittleEndian(target, links);
        return compact ? sizeof(ushort) : sizeof(uint);
    }

    // A compact inode has no time of its own: it has the image's.
    private readonly bool FitsCompact(in ImageTime time) =>
        ModifiedSeconds == time.Seconds && ModifiedNanoseconds == time.Nanoseconds
        && Uid <= ushort.MaxValue && Gid <= ushort.MaxValue && Links <= ushort.MaxValue && Size <= uint.MaxValue;
}
