using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Coracle.Filesystem.Layers.Erofs;

/// <summary>Where the chunks of a file with holes are.</summary>
internal sealed class ChunkMap
{
    // The list is kept in memory while the file streams in: 256 KiB. Up to 256 MiB a chunk is one block, and above it grows.
    private const int MaxChunks = 65536;

    private readonly List<uint> _blocks = [];

    internal int Bits { get; private set; }

    internal long ChunkSize => 1L << Bits;

    /// <summary>The length of the list behind the inode.</summary>
    internal int Length => _blocks.Count * sizeof(uint);

    /// <summary>What the inode says about the list: the size of a chunk as a power of two of the block size.</summary>
    internal uint Format => (uint)(Bits - ErofsFormat.BlockBits);

    internal void Reset(long fileSize)
    {
        _blocks.Clear();
        Bits = ErofsFormat.BlockBits;
        while ((fileSize - 1) >> Bits >= MaxChunks)
            Bits++;
    }

    internal void Add(uint block) => _blocks.Add(block);

    internal void Write(Span<byte> target)
    {
        foreach (uint block in CollectionsMarshal.AsSpan(_blocks))
        {
            BinaryPrimitives.WriteUInt32LittleEndian(target, block);
            target = target[sizeof(uint)..];
        }
    }
}
