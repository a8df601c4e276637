using System.Buffers;

namespace Coracle.Filesystem.Layers.Erofs;

internal sealed partial class ErofsLayerWriter
{
    /// <inheritdoc />
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        ThrowIfUnusable();
        await Task.Run(() => Complete(cancellationToken), cancellationToken).ConfigureAwait(false);
        _completed = true;
    }

    private void Complete(CancellationToken cancellationToken)
    {
        _packer.Finish();
        using DirectoryLayout layout = new(_tree);
        AskLowersForImplied();
        cancellationToken.ThrowIfCancellationRequested();
        ImageTime time = _time ?? default;
        PlaceDirectories(time);
        byte[] first = new byte[ErofsFormat.BlockSize];
        WriteDirectories(layout, time, first);
        _image.AlignToBlock();
        _image.Flush();
        cancellationToken.ThrowIfCancellationRequested();
        WriteLinks();
        long blocks = _image.Position >> ErofsFormat.BlockBits;
        ErofsSuperblock.Write(first, time, blocks, CountInodes(), _hasChunks, ref _identity);
        _image.WriteAt(0, first);
        _image.Sync();
    }

    /// <summary>Parents that no entry of the layer describes are as the lower layers have them.</summary>
    private void AskLowersForImplied()
    {
        for (int directory = 0; directory < _tree.Directories.Count && _lowers is not null; directory++)
        {
            ref DirectoryNode node = ref _tree.Directories[directory];
            if (!node.IsAlive || !node.IsImplied || node.IsRemade || IsHidden(node.Parent)
                || !_lowers.TryFind(_tree.PathOf(directory), out LowerFile? lower) || lower.Type != ErofsFormat.TypeDirectory)
                continue;
            SetAttributes(ref node, lower.Metadata, Keep(lower.Metadata.Xattrs));
        }
    }

    /// <summary>
    /// Gives every directory its number and its blocks: first all inodes, with the names behind them where they fit into the
    /// same block, then the blocks of the others.
    /// </summary>
    private void PlaceDirectories(in ImageTime time)
    {
        long start = _image.Position;
        long position = start;
        long blocks = 0;
        for (int directory = 0; directory < _tree.Directories.Count; directory++)
        {
            ref DirectoryNode node = ref _tree.Directories[directory];
            if (!node.IsAlive)
                continue;
            int header = RecordOf(node).SizeIn(time) + XattrLengthOf(node);
            long room = ErofsFormat.BlockSize - (directory == LayerTree.Root ? ErofsFormat.RootOffset : 0);
            node.IsInline = header + node.Size <= room;
            if (!node.IsInline)
            {
                // Relative to the first of these blocks, which is known only when all inodes have their places.
                node.FirstBlock = (uint)blocks;
                blocks += ErofsFormat.AlignToBlock(node.Size) >> ErofsFormat.BlockBits;
            }
            if (directory == LayerTree.Root)
            {
                if (header > room)
                    throw new ContainerRuntimeException(
                        RuntimeErrorKind.InvalidInput,
                        "complete layer: the extended attributes of its root are larger than 2 KiB");
                node.Nid = ErofsFormat.RootOffset / ErofsFormat.SlotSize;
                continue;
            }
            long size = header + (node.IsInline ? node.Size : 0);
            if ((position & (ErofsFormat.BlockSize - 1)) + size > ErofsFormat.BlockSize)
                position = ErofsFormat.AlignToBlock(position);
            node.Nid = position / ErofsFormat.SlotSize;
            position = (position + size + ErofsFormat.SlotSize - 1) & -ErofsFormat.SlotSize;
        }
        uint firstBlock = (uint)(ErofsFormat.AlignToBlock(position) >> ErofsFormat.BlockBits);
        for (int directory = 0; directory < _tree.Directories.Count; directory++)
        {
            if (!_tree.Directories[directory].IsInline)
                _tree.Directories[directory].FirstBlock += firstBlock;
        }
    }

    private void WriteDirectories(DirectoryLayout layout, in ImageTime time, Span<byte> first)
    {
        byte[] block = ArrayPool<byte>.Shared.Rent(ErofsFormat.BlockSize);
        Span<byte> bytes = block.AsSpan(0, ErofsFormat.BlockSize);
        for (int directory = 0; directory < _tree.Directories.Count; directory++)
        {
            ref DirectoryNode node = ref _tree.Directories[directory];
            if (!node.IsAlive)
                continue;
            InodeRecord record = RecordOf(node);
            PrepareXattrs(node);
            record.XattrLength = _xattrs.WrittenCount;
            int size = record.Write(bytes, time);
            _identity.Add(bytes[..size]);
            Put(node, first, bytes[..size], 0);
            Put(node, first, _xattrs.WrittenSpan, size);
            if (!node.IsInline)
                continue;
            int next = 0;
            int used = layout.Write(directory, ref next, bytes);
            _identity.Add(bytes[..used]);
            Put(node, first, bytes[..used], size + _xattrs.WrittenCount);
        }
        _image.AlignToBlock();
        for (int directory = 0; directory < _tree.Directories.Count; directory++)
        {
            ref DirectoryNode node = ref _tree.Directories[directory];
            if (!node.IsAlive || node.IsInline)
                continue;
            for (int next = 0; next < node.Children;)
            {
                int used = layout.Write(directory, ref next, bytes);
                _identity.Add(bytes[..used]);
                _image.Append(bytes);
            }
        }
        ArrayPool<byte>.Shared.Return(block);
    }

    /// <summary>Puts a part of an inode where it was given its place.</summary>
    private void Put(in DirectoryNode node, Span<byte> first, ReadOnlySpan<byte> data, int offset)
    {
        long position = (node.Nid * ErofsFormat.SlotSize) + offset;
        if (position < ErofsFormat.BlockSize)
        {
            data.CopyTo(first[(int)position..]);
            return;
        }
        _image.AppendZeros(position - _image.Position);
        _image.Append(data);
    }

    /// <summary>Files that have more than one name were written as if they had one.</summary>
    private void WriteLinks()
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        for (int file = 0; file < _tree.Files.Count; file++)
        {
            ref FileNode node = ref _tree.Files[file];
            if (node.Links <= 1)
                continue;
            int length = InodeRecord.WriteLinks(bytes, node.IsCompact, node.Links, out int offset);
            _image.WriteAt((node.Nid * ErofsFormat.SlotSize) + offset, bytes[..length]);
            _identity.Add(bytes[..length]);
        }
    }

    private long CountInodes()
    {
        long count = 0;
        for (int directory = 0; directory < _tree.Directories.Count; directory++)
            count += _tree.Directories[directory].IsAlive ? 1 : 0;
        for (int file = 0; file < _tree.Files.Count; file++)
            count += _tree.Files[file].Links > 0 ? 1 : 0;
        return count;
    }

    private static InodeRecord RecordOf(in DirectoryNode node) => new()
    {
        Mode = node.Mode | ErofsFormat.TypeDirectory,
        Uid = node.Uid,
        Gid = node.Gid,
        ModifiedSeconds = node.ModifiedSeconds,
        ModifiedNanoseconds = node.ModifiedNanoseconds,
        Size = node.Size,
        Links = (uint)node.Subdirectories + 2,
        Layout = node.IsInline ? DataLayout.FlatInline : DataLayout.FlatPlain,
        Detail = node.IsInline ? 0 : node.FirstBlock,
    };

    private static void SetAttributes(ref DirectoryNode node, in EntryMetadata metadata, byte[]? xattrs)
    {
        node.Mode = (ushort)(metadata.Mode & 0xFFF);
        node.Uid = OwnerOf(metadata.Uid);
        node.Gid = OwnerOf(metadata.Gid);
        node.ModifiedSeconds = metadata.ModifiedSeconds;
        node.ModifiedNanoseconds = metadata.ModifiedNanoseconds;
        node.Xattrs = xattrs;
    }

    private static int XattrLengthOf(in DirectoryNode node)
    {
        int length = node.Xattrs?.Length ?? 0;
        if (!node.IsOpaque)
            return length;
        return Math.Max(length, ErofsFormat.XattrHeaderSize) + XattrEncoder.OpaqueLength;
    }

    private void PrepareXattrs(in DirectoryNode node)
    {
        _xattrs.ResetWrittenCount();
        _xattrs.Write(node.Xattrs);
        if (node.IsOpaque)
            XattrEncoder.AddOpaque(_xattrs);
    }
}
