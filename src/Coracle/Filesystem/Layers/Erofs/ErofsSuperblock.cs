using System.Buffers.Binary;
using System.Numerics;

namespace Coracle.Filesystem.Layers.Erofs;

/// <summary>The superblock.</summary>
internal static class ErofsSuperblock
{
    /// <summary>Writes the superblock into the first block, whose other bytes are complete: the checksum covers them.</summary>
    internal static void Write(
        Span<byte> block, in ImageTime time, long blocks, long inodes, bool chunked, ref ImageIdentity identity)
    {
        Span<byte> super = block.Slice(ErofsFormat.SuperblockOffset, ErofsFormat.SuperblockSize);
        super.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(super, ErofsFormat.Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(super[8..], ErofsFormat.FeatureChecksum | ErofsFormat.FeatureModificationTimes);
        super[12] = ErofsFormat.BlockBits;
        BinaryPrimitives.WriteUInt16LittleEndian(super[14..], ErofsFormat.RootOffset / ErofsFormat.SlotSize);
        BinaryPrimitives.WriteInt64LittleEndian(super[16..], inodes);
        BinaryPrimitives.WriteInt64LittleEndian(super[24..], time.Seconds);
        BinaryPrimitives.WriteUInt32LittleEndian(super[32..], time.Nanoseconds);
        BinaryPrimitives.WriteUInt32LittleEndian(super[36..], (uint)blocks);
        identity.Write(super.Slice(48, 16));
        "coracle-layer"u8.CopyTo(super.Slice(64, 16));
        BinaryPrimitives.WriteUInt32LittleEndian(super[80..], chunked ? ErofsFormat.FeatureChunkedFiles : 0);
        BinaryPrimitives.WriteUInt32LittleEndian(super[4..], Checksum(block[ErofsFormat.SuperblockOffset..]));
    }

    // CRC-32C from the superblock to the end of its block, with the checksum itself as zero, and not inverted at the end.
    private static uint Checksum(ReadOnlySpan<byte> data)
    {
        uint crc = uint.MaxValue;
        for (; data.Length > 0; data = data[sizeof(ulong)..])
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(data));
        return crc;
    }
}
