using System.Buffers;
using System.Runtime.InteropServices;

namespace Coracle.Filesystem.Layers.Directories;

/// <summary>What directories get when nothing is made in them any more.</summary>
internal sealed class DirectoryTimes
{
    private readonly ArrayBufferWriter<byte> _paths = new();
    private readonly List<Entry> _entries = [];

    // A layer lies in one file system, and a directory in it is replaced but never moved: this number, or one that is free
    // again, names it.
    private readonly Dictionary<ulong, int> _lastOf = [];

    /// <summary>Keeps what a directory shall get. What is said of it again later replaces this.</summary>
    /// <param name="path">Its path, without links: what a link leads to may change until the time comes.</param>
    /// <param name="inode">Its inode number: at the path may be another directory when the time comes.</param>
    /// <param name="seconds">The modification time.</param>
    /// <param name="nanoseconds">The rest of it.</param>
    /// <param name="defaultAcl">The access list that children inherit; empty for none.</param>
    internal void Add(
        ReadOnlySpan<byte> path, ulong inode, long seconds, uint nanoseconds, ReadOnlyMemory<byte> defaultAcl)
    {
        ref int last = ref CollectionsMarshal.GetValueRefOrAddDefault(_lastOf, inode, out bool isKnown);
        if (isKnown && path.SequenceEqual(PathOf(_entries[last])))
        {
            _entries[last] = _entries[last] with { Seconds = seconds, Nanoseconds = nanoseconds, DefaultAcl = defaultAcl };
            return;
        }
        last = _entries.Count;
        _entries.Add(new Entry(_paths.WrittenCount, path.Length, inode, seconds, nanoseconds, defaultAcl));
        _paths.Write(path);
    }

    internal IEnumerable<Entry> Entries => _entries.Where((entry, index) => _lastOf[entry.Inode] == index);

    internal ReadOnlySpan<byte> PathOf(in Entry entry) => _paths.WrittenSpan.Slice(entry.PathStart, entry.PathLength);

    internal readonly record struct Entry(
        int PathStart, int PathLength, ulong Inode, long Seconds, uint Nanoseconds, ReadOnlyMemory<byte> DefaultAcl);
}
