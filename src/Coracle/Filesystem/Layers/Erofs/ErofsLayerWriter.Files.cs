using System.Buffers;
using System.Runtime.CompilerServices;
using Coracle.Kernel.Errors;

namespace Coracle.Filesystem.Layers.Erofs;

internal sealed partial class ErofsLayerWriter
{
    private readonly byte[] _tail = new byte[ErofsFormat.BlockSize];
    private readonly ChunkMap _chunks = new();
    private InodeRecord _record;
    private int _file;
    private uint _firstBlock;
    private long _written;
    private long _tailStart;
    private bool _isFileOpen;
    private bool _isSparse;

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void BeginFile(ReadOnlySpan<byte> path, long size, in EntryMetadata metadata)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        if (size > ErofsFormat.MaxFileSize)
            throw Errno.Failure(Errno.EFBIG, "add file to layer", TreePath.Text(path));
        _file = AddFile(path, EntryKind.RegularFile);
        _record = RecordOf(metadata, ErofsFormat.TypeRegularFile);
        _record.Size = size;
        XattrEncoder.Encode(metadata.Xattrs, EntryKind.RegularFile, _xattrs);
        _time ??= new ImageTime(metadata.ModifiedSeconds, metadata.ModifiedNanoseconds);

        int tail = (int)(size & (ErofsFormat.BlockSize - 1));
        bool fits = _record.SizeIn(_time.Value) + _xattrs.WrittenCount + tail <= ErofsFormat.BlockSize;
        _tailStart = tail > 0 && fits ? size - tail : size;
        _firstBlock = _image.Block;
        _written = 0;
        _isSparse = false;
        _isFileOpen = true;
    }

    /// <inheritdoc />
    public void WriteData(long position, ReadOnlySpan<byte> data)
    {
        if (!_isFileOpen)
            throw new InvalidOperationException("no file is begun");
        if (position < _written || position > _record.Size - data.Length)
            throw new ArgumentOutOfRangeException(nameof(position));
        if (position > _written)
            Skip(position);
        Write(data);
    }

    /// <inheritdoc />
    public void EndFile()
    {
        if (!_isFileOpen)
            throw new InvalidOperationException("no file is begun");
        if (_written < _record.Size)
            Skip(_record.Size);
        _image.AlignToBlock();
        _isFileOpen = false;
        if (_isSparse)
        {
            _hasChunks = true;
            _record.Layout = DataLayout.ChunkBased;
            _record.Detail = _chunks.Format;
            byte[] list = ArrayPool<byte>.Shared.Rent(_chunks.Length);
            _chunks.Write(list);
            WriteInode(_file, _record, list.AsSpan(0, _chunks.Length));
            ArrayPool<byte>.Shared.Return(list);
            return;
        }
        _record.Layout = _tailStart < _record.Size ? DataLayout.FlatInline : DataLayout.FlatPlain;
        _record.Detail = _tailStart > 0 ? _firstBlock : 0;
        WriteInode(_file, _record, _tail.AsSpan(0, (int)(_record.Size - _tailStart)));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Write(ReadOnlySpan<byte> data)
    {
        if (_isSparse)
        {
            WriteChunked(data);
            return;
        }
        if (_written < _tailStart)
        {
            int count = (int)Math.Min(data.Length, _tailStart - _written);
            _image.Append(data[..count]);
            _written += count;
            data = data[count..];
        }
        if (data.IsEmpty)
            return;
        data.CopyTo(_tail.AsSpan((int)(_written - _tailStart)));
        _written += data.Length;
    }

    /// <summary>A gap up to a position: a hole if it is a whole chunk or more, zeros if not.</summary>
    private void Skip(long position)
    {
        if (!_isSparse)
            BeginSparse(position);
        if (_isSparse)
        {
            SkipChunked(position);
            return;
        }
        if (_written < _tailStart)
        {
            long count = Math.Min(position, _tailStart) - _written;
            _image.AppendZeros(count);
            _written += count;
        }
        if (position > _written)
            _tail.AsSpan((int)(_written - _tailStart), (int)(position - _written)).Clear();
        _written = position;
    }

    /// <summary>Turns a file that has been contiguous up to now into one of chunks, if a gap is worth it.</summary>
    private void BeginSparse(long position)
    {
        _chunks.Reset(_record.Size);
        long chunk = _chunks.ChunkSize;
        long hole = position - ((_written + chunk - 1) & -chunk);
        if (hole < chunk && (hole < ErofsFormat.BlockSize || position != _record.Size))
            return;
        _isSparse = true;
        _tailStart = _record.Size;
        for (long at = 0; at < _written; at += chunk)
            _chunks.Add((uint)(_firstBlock + (at >> ErofsFormat.BlockBits)));
    }

    private void WriteChunked(ReadOnlySpan<byte> data)
    {
        while (data.Length > 0)
        {
            int count = (int)Math.Min(data.Length, BeginChunk());
            _image.Append(data[..count]);
            _written += count;
            data = data[count..];
        }
    }

    private void SkipChunked(long position)
    {
        while (_written < position)
        {
            long left = _chunks.ChunkSize - (_written & (_chunks.ChunkSize - 1));
            bool whole = left == _chunks.ChunkSize && (position - _written >= left || position == _record.Size);
            long count = Math.Min(position - _written, left);
            if (whole)
                _chunks.Add(ErofsFormat.NullBlock);
            else
                _image.AppendZeros(Math.Min(count, BeginChunk()));
            _written += count;
        }
    }

    /// <summary>Makes sure that a chunk is begun at the position reached.</summary>
    /// <returns>What is left of it.</returns>
    private long BeginChunk()
    {
        long offset = _written & (_chunks.ChunkSize - 1);
        if (offset == 0)
            _chunks.Add(_image.Block);
        return _chunks.ChunkSize - offset;
    }

    /// <summary>Puts an inode into the image, with its attributes (in <see cref="_xattrs"/>) and what follows them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void WriteInode(int file, InodeRecord inode, ReadOnlySpan<byte> behind)
    {
        ReadOnlySpan<byte> xattrs = _xattrs.WrittenSpan;
        inode.XattrLength = xattrs.Length;
        ImageTime time = _time ??= new ImageTime(inode.ModifiedSeconds, inode.ModifiedNanoseconds);
        int header = inode.SizeIn(time) + xattrs.Length;
        _tree.Files[file].IsCompact = inode.SizeIn(time) == ErofsFormat.CompactInodeSize;
        if (inode.Layout == DataLayout.FlatPlain && !behind.IsEmpty)
            inode.Layout = DataLayout.FlatInline;
        if (header + behind.Length <= ErofsFormat.BlockSize)
        {
            Span<byte> place = _packer.Place(file, header + behind.Length);
            int size = inode.Write(place, time);
            _identity.Add(place[..size]);
            xattrs.CopyTo(place[size..]);
            behind.CopyTo(place[header..]);
            return;
        }
        WriteLargeInode(file, inode, time, xattrs, behind);
    }

    /// <summary>The same for one that needs blocks of its own; data can't be inline then.</summary>
    private void WriteLargeInode(
        int file, InodeRecord inode, in ImageTime time, ReadOnlySpan<byte> xattrs, ReadOnlySpan<byte> behind)
    {
        if (inode.Layout == DataLayout.FlatInline)
        {
            inode.Layout = DataLayout.FlatPlain;
            inode.Detail = _image.Block;
            _image.Append(behind);
            _image.AlignToBlock();
            behind = default;
        }
        _tree.Files[file].Nid = _image.Position / ErofsFormat.SlotSize;
        Span<byte> place = stackalloc byte[ErofsFormat.ExtendedInodeSize];
        int size = inode.Write(place, time);
        _identity.Add(place[..size]);
        _image.Append(place[..size]);
        _image.Append(xattrs);
        _image.Append(behind);
        _image.AlignToBlock();
    }
}
