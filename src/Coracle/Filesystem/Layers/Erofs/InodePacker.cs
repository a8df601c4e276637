using System.Buffers;
using System.Runtime.CompilerServices;

namespace Coracle.Filesystem.Layers.Erofs;

/// <summary>
/// Packs inodes with the tails of their data into blocks, several blocks open at a time, and appends each block to the image
/// when nothing more fits. So small files share blocks (an inode and its tail must lie in one), and memory does not grow.
/// </summary>
/// <remarks>
/// What runs once an entry is fully optimized at its first call, here and in the other classes of this folder: a layer is
/// over before tiered compilation takes notice. The first 56,000 files of a process took 300 ms of processor time, now 150.
/// </remarks>
internal sealed class InodePacker : IDisposable
{
    // Measured on 56,000 small files, image over data: one open block 9.0 % more, 4 2.9 %, 16 1.9 %, 64 1.8 %.
    private const int OpenBlocks = 16;

    private const int SlotsPerBlock = ErofsFormat.BlockSize / ErofsFormat.SlotSize;

    private readonly ErofsImage _image;
    private readonly SegmentedList<FileNode> _files;
    private readonly byte[] _blocks = ArrayPool<byte>.Shared.Rent(OpenBlocks * ErofsFormat.BlockSize);
    private readonly int[] _owners = ArrayPool<int>.Shared.Rent(OpenBlocks * SlotsPerBlock);
    private readonly int[] _ownerCounts = new int[OpenBlocks];
    private readonly int[] _used = new int[OpenBlocks];
    private int _open;

    internal InodePacker(ErofsImage image, SegmentedList<FileNode> files)
    {
        _image = image;
        _files = files;
    }

    /// <summary>Room for an inode and what is behind it. The image must be at the start of a block.</summary>
    /// <param name="file">The file that gets the inode's number.</param>
    /// <param name="size">At most a block.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal Span<byte> Place(int file, int size)
    {
        int room = (size + ErofsFormat.SlotSize - 1) & -ErofsFormat.SlotSize;
        int block = Choose(room);
        int offset = _used[block];
        _used[block] += room;
        // Until its block has a place in the image, the number is the slot within the block.
        _files[file].Nid = offset / ErofsFormat.SlotSize;
        _owners[(block * SlotsPerBlock) + _ownerCounts[block]++] = file;
        Span<byte> place = _blocks.AsSpan((block * ErofsFormat.BlockSize) + offset, room);
        place[size..].Clear();
        return place[..size];
    }

    internal void Finish()
    {
        for (int block = 0; block < _open; block++)
            Close(block);
        _open = 0;
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_blocks);
        ArrayPool<int>.Shared.Return(_owners);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Choose(int room)
    {
        int best = -1;
        int fullest = 0;
        for (int block = 0; block < _open; block++)
        {
            int used = _used[block];
            if (used + room <= ErofsFormat.BlockSize && (best < 0 || used > _used[best]))
                best = block;
            if (used > _used[fullest])
                fullest = block;
        }
        if (best >= 0)
            return best;
        if (_open < OpenBlocks)
            return _open++;
        Close(fullest);
        return fullest;
    }

    private void Close(int block)
    {
        Span<byte> bytes = _blocks.AsSpan(block * ErofsFormat.BlockSize, ErofsFormat.BlockSize);
        bytes[_used[block]..].Clear();
        long first = (long)_image.Block * SlotsPerBlock;
        foreach (int file in _owners.AsSpan(block * SlotsPerBlock, _ownerCounts[block]))
            _files[file].Nid += first;
        _image.Append(bytes);
        _used[block] = 0;
        _ownerCounts[block] = 0;
    }
}
