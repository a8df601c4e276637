using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Coracle.Filesystem.Layers.Erofs;

/// <summary>
/// The UUID of an image, from what is in its inodes and directories: the same layer gives the same one, and overlay warns of
/// layers that have the same. Not a digest: nothing is proved by it.
/// </summary>
internal struct ImageIdentity
{
    private ulong _first;
    private ulong _second;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Add(ReadOnlySpan<byte> data)
    {
        for (; data.Length >= sizeof(ulong); data = data[sizeof(ulong)..])
            Add(BinaryPrimitives.ReadUInt64LittleEndian(data));
        ulong rest = (ulong)data.Length << 56;
        for (int i = 0; i < data.Length; i++)
            rest |= (ulong)data[i] << (8 * i);
        Add(rest);
    }

    /// <summary>Writes a UUID of version 8, whose bits are the maker's own (RFC 9562).</summary>
    internal void Write(Span<byte> uuid)
    {
        Add(_second);
        Add(_first);
        BinaryPrimitives.WriteUInt64LittleEndian(uuid, _first ^ (_first >> 32));
        BinaryPrimitives.WriteUInt64LittleEndian(uuid[8..], _second ^ (_second >> 32));
        uuid[6] = (byte)((uuid[6] & 0x0F) | 0x80);
        uuid[8] = (byte)((uuid[8] & 0x3F) | 0x80);
    }

    private void Add(ulong word)
    {
        _first = BitOperations.RotateLeft((_first ^ word) * 0x9E3779B97F4A7C15, 29);
        _second = BitOperations.RotateLeft((_second + word) * 0xC2B2AE3D27D4EB4F, 31);
    }
}
