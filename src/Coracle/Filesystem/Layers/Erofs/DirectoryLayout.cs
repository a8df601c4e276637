using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Coracle.Filesystem.Layers.Erofs;

/// <summary>The directories of a finished tree: which are alive, what is in each, in the order of its names, as blocks.</summary>
internal sealed class DirectoryLayout : IDisposable
{
    // "." and ".." are listed like any other name, in their places.
    private const int Self = -1;
    private const int Parent = -2;

    private readonly LayerTree _tree;
    private readonly int[] _children;

    /// <summary>Counts links and children, and sorts them.</summary>
    internal DirectoryLayout(LayerTree tree)
    {
        _tree = tree;
        int total = MarkAlive();
        _children = ArrayPool<int>.Shared.Rent(total);
        Fill();
        for (int directory = 0; directory < tree.Directories.Count; directory++)
        {
            ref DirectoryNode node = ref tree.Directories[directory];
            if (!node.IsAlive)
                continue;
            _children.AsSpan(node.FirstChild, node.Children).Sort(new ByName(tree));
            node.Size = SizeOf(node);
        }
    }

    /// <summary>Makes the next block of a directory.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="next">The first child of the block; afterwards that of the next one.</param>
    /// <param name="block">The block.</param>
    /// <returns>The bytes used; the others are zero.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal int Write(int directory, ref int next, Span<byte> block)
    {
        ref DirectoryNode node = ref _tree.Directories[directory];
        ReadOnlySpan<int> children = _children.AsSpan(node.FirstChild, node.Children);
        int end = next;
        for (int used = 0; end < children.Length; end++)
        {
            used += ErofsFormat.DirentSize + NameOf(_tree, children[end]).Length;
            if (used > ErofsFormat.BlockSize)
                break;
        }
        int entryOffset = 0;
        int nameOffset = (end - next) * ErofsFormat.DirentSize;
        for (; next < end; next++)
        {
            (long nid, EntryKind kind) = Resolve(directory, children[next]);
            Span<byte> entry = block.Slice(entryOffset, ErofsFormat.DirentSize);
            BinaryPrimitives.WriteInt64LittleEndian(entry, nid);
            BinaryPrimitives.WriteUInt16LittleEndian(entry[8..], (ushort)nameOffset);
            entry[10] = (byte)(kind == EntryKind.Whiteout ? EntryKind.CharacterDevice : kind);
            entry[11] = 0;
            ReadOnlySpan<byte> name = NameOf(_tree, children[next]);
            name.CopyTo(block[nameOffset..]);
            entryOffset += ErofsFormat.DirentSize;
            nameOffset += name.Length;
        }
        block[nameOffset..].Clear();
        return nameOffset;
    }

    public void Dispose() => ArrayPool<int>.Shared.Return(_children);

    private static ReadOnlySpan<byte> NameOf(LayerTree tree, int child) => child switch
    {
        Self => "."u8,
        Parent => ".."u8,
        _ => tree.NameOf(child),
    };

    private int MarkAlive()
    {
        // A directory is made after its parent, so the parent is always decided first.
        for (int directory = 0; directory < _tree.Directories.Count; directory++)
        {
            ref DirectoryNode node = ref _tree.Directories[directory];
            node.IsAlive = directory == LayerTree.Root || (_tree.Directories[node.Parent].IsAlive
                && _tree.Entries[node.Entry].Kind == EntryKind.Directory && _tree.Entries[node.Entry].Target == directory);
            node.Children = 2;
        }
        for (int file = 0; file < _tree.Files.Count; file++)
            _tree.Files[file].Links = 0;
        for (int entry = 0; entry < _tree.Entries.Count; entry++)
        {
            ref Entry node = ref _tree.Entries[entry];
            ref DirectoryNode parent = ref _tree.Directories[node.Parent];
            if (!parent.IsAlive || node.Kind == EntryKind.None)
                continue;
            parent.Children++;
            if (node.Kind == EntryKind.Directory)
                parent.Subdirectories++;
            else
                _tree.Files[node.Target].Links++;
        }
        int total = 0;
        for (int directory = 0; directory < _tree.Directories.Count; directory++)
        {
            ref DirectoryNode node = ref _tree.Directories[directory];
            if (!node.IsAlive)
                continue;
            node.FirstChild = total;
            total = checked(total + node.Children);
        }
        return total;
    }

    private void Fill()
    {
        int[] filled = ArrayPool<int>.Shared.Rent(_tree.Directories.Count);
        for (int directory = 0; directory < _tree.Directories.Count; directory++)
        {
            ref DirectoryNode node = ref _tree.Directories[directory];
            if (!node.IsAlive)
                continue;
            _children[node.FirstChild] = Self;
            _children[node.FirstChild + 1] = Parent;
            filled[directory] = 2;
        }
        for (int entry = 0; entry < _tree.Entries.Count; entry++)
        {
            int parent = _tree.Entries[entry].Parent;
            if (_tree.Directories[parent].IsAlive && _tree.Entries[entry].Kind != EntryKind.None)
                _children[_tree.Directories[parent].FirstChild + filled[parent]++] = entry;
        }
        ArrayPool<int>.Shared.Return(filled);
    }

    private long SizeOf(in DirectoryNode node)
    {
        long blocks = 0;
        int used = 0;
        foreach (int child in _children.AsSpan(node.FirstChild, node.Children))
        {
            int size = ErofsFormat.DirentSize + NameOf(_tree, child).Length;
            if (used + size > ErofsFormat.BlockSize)
            {
                blocks++;
                used = 0;
            }
            used += size;
        }
        return (blocks * ErofsFormat.BlockSize) + used;
    }

    private (long Nid, EntryKind Kind) Resolve(int directory, int child)
    {
        if (child == Self)
            return (_tree.Directories[directory].Nid, EntryKind.Directory);
        if (child == Parent)
            return (_tree.Directories[_tree.Directories[directory].Parent].Nid, EntryKind.Directory);
        ref Entry node = ref _tree.Entries[child];
        long nid = node.Kind == EntryKind.Directory ? _tree.Directories[node.Target].Nid : _tree.Files[node.Target].Nid;
        return (nid, node.Kind);
    }

    // The format wants bytes compared as unsigned, a prefix first.
    private readonly struct ByName(LayerTree tree) : IComparer<int>
    {
        public int Compare(int x, int y) => NameOf(tree, x).SequenceCompareTo(NameOf(tree, y));
    }
}
