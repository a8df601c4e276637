using System.Buffers;
using System.Runtime.CompilerServices;
using Coracle.Kernel.Errors;

namespace Coracle.Filesystem.Layers.Erofs;

/// <summary>
/// The names of a layer in memory, about 50 bytes each. What an inode says is already in the image, except for directories,
/// which may still change; a name that is replaced leaves its old inode behind as a few dead bytes of the image.
/// </summary>
internal sealed class LayerTree : IDisposable
{
    internal const int Root = 0;

    // A bound on what a hostile layer can make us remember: half a gigabyte. The largest layers known have two million.
    private const int MaxEntries = 8_000_000;

    // A path of PATH_MAX bytes has no more parts than this; links could nest directories deeper.
    private const int MaxDepth = 2048;

    private const int MinSlots = 256;

    private readonly ByteArena _bytes = new();
    private int[] _slots = RentSlots(MinSlots);
    private int _slotMask = MinSlots - 1;

    internal LayerTree() => Directories.Add(new DirectoryNode { Entry = -1, Mode = 0x1ED });

    internal SegmentedList<Entry> Entries { get; } = new();

    internal SegmentedList<DirectoryNode> Directories { get; } = new();

    internal SegmentedList<FileNode> Files { get; } = new();

    internal ReadOnlySpan<byte> NameOf(int entry)
    {
        ref Entry node = ref Entries[entry];
        return _bytes.Get(node.Name, node.NameLength);
    }

    /// <summary>The target of the symbolic link that an entry is.</summary>
    internal ReadOnlySpan<byte> TargetOf(int entry)
    {
        ref FileNode file = ref Files[Entries[entry].Target];
        return _bytes.Get(file.LinkTarget, file.LinkTargetLength);
    }

    /// <summary>The entry of a directory that has a name, or -1.</summary>
    internal int Find(int directory, ReadOnlySpan<byte> name)
    {
        int slot = SlotOf(directory, name);
        return _slots[slot] - 1;
    }

    /// <summary>The entry of a directory that has a name; made without a kind if there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal int FindOrAdd(int directory, ReadOnlySpan<byte> name)
    {
        int slot = SlotOf(directory, name);
        if (_slots[slot] != 0)
            return _slots[slot] - 1;
        if (name.Length > ErofsFormat.MaxNameLength)
            throw Errno.Failure(Errno.ENAMETOOLONG, "add to layer", TreePath.Text(name));
        if (name.Contains((byte)0))
            throw new ContainerRuntimeException(
                RuntimeErrorKind.InvalidInput, $"add to layer: {TreePath.Text(name)}: the name has a zero byte");
        if (Entries.Count == MaxEntries)
            throw new ContainerRuntimeException(
                RuntimeErrorKind.ResourceExhausted, $"add to layer: it has more than {MaxEntries} entries");

        int entry = Entries.Add(new Entry
        {
            Parent = directory,
            Name = _bytes.Add(name),
            NameLength = (byte)name.Length,
        });
        _slots[slot] = entry + 1;
        if (Entries.Count > _slotMask / 8 * 5)
            Grow();
        return entry;
    }

    /// <summary>Makes an entry a new, empty directory.</summary>
    internal int AddDirectory(int entry)
    {
        int parent = Entries[entry].Parent;
        int depth = Directories[parent].Depth + 1;
        if (depth > MaxDepth)
            throw Errno.Failure(Errno.ENAMETOOLONG, "add to layer", TreePath.Text(NameOf(entry)));
        int directory = Directories.Add(new DirectoryNode { Entry = entry, Parent = parent, Depth = (ushort)depth });
        ref Entry node = ref Entries[entry];
        node.Kind = EntryKind.Directory;
        node.Target = directory;
        return directory;
    }

    internal uint AddBytes(ReadOnlySpan<byte> value) => _bytes.Add(value);

    /// <summary>The path of a directory, from the root, without a slash at either end.</summary>
    internal byte[] PathOf(int directory)
    {
        int length = -1;
        for (int at = directory; at != Root; at = Directories[at].Parent)
            length += Entries[Directories[at].Entry].NameLength + 1;
        if (length < 0)
            return [];
        byte[] path = new byte[length];
        int end = length;
        for (int at = directory; at != Root; at = Directories[at].Parent)
        {
            ReadOnlySpan<byte> name = NameOf(Directories[at].Entry);
            name.CopyTo(path.AsSpan(end - name.Length));
            end -= name.Length + 1;
            if (end >= 0)
                path[end] = (byte)'/';
        }
        return path;
    }

    public void Dispose()
    {
        Entries.Dispose();
        Directories.Dispose();
        Files.Dispose();
        _bytes.Dispose();
        ArrayPool<int>.Shared.Return(_slots);
        _slots = [];
    }

    private static int[] RentSlots(int count)
    {
        int[] slots = ArrayPool<int>.Shared.Rent(count);
        slots.AsSpan(0, count).Clear();
        return slots;
    }

    // Seeded at random by the runtime: a layer can't be made so that all its names collide.
    private static uint Hash(int directory, ReadOnlySpan<byte> name)
    {
        HashCode hash = default;
        hash.Add(directory);
        hash.AddBytes(name);
        return (uint)hash.ToHashCode();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int SlotOf(int directory, ReadOnlySpan<byte> name)
    {
        int mask = _slotMask;
        int slot = (int)Hash(directory, name) & mask;
        while (_slots[slot] != 0)
        {
            ref Entry node = ref Entries[_slots[slot] - 1];
            if (node.Parent == directory && node.NameLength == name.Length
                && name.SequenceEqual(_bytes.Get(node.Name, node.NameLength)))
                break;
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private void Grow()
    {
        int mask = (_slotMask * 2) + 1;
        ArrayPool<int>.Shared.Return(_slots);
        _slots = RentSlots(mask + 1);
        _slotMask = mask;
        for (int entry = 0; entry < Entries.Count; entry++)
        {
            int slot = (int)Hash(Entries[entry].Parent, NameOf(entry)) & mask;
            while (_slots[slot] != 0)
                slot = (slot + 1) & mask;
            _slots[slot] = entry + 1;
        }
    }
}
