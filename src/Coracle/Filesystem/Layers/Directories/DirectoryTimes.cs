using System.Buffers;

namespace Coracle.Filesystem.Layers.Directories;

/// <summary>What directories get when nothing is made in them any more.</summary>
internal sealed class DirectoryTimes
{
    private readonly ArrayBufferWriter<byte> _paths = new();
    private readonly List<Entry> _entries = [];

    /// <summary>Keeps what a directory shall get. What is said of it again later replaces this.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="inode">Its inode number: the path may lead to another directory when the time comes.</param>
    /// <param name="seconds">The modification time.</param>
    /// <param name="nanoseconds">The rest of it.</param>
    /// <param name="defaultAcl">The access list that children inherit; empty for none.</param>
    internal void Add(
        ReadOnlySpan<byte> path, ulong inode, long seconds, uint nanoseconds, ReadOnlyMemory<byte> defaultAcl)
    {
        _entries.Add(new Entry(_paths.WrittenCount, path.Length, inode, seconds, nanoseconds, defaultAcl));
        _paths.Write(path);
    }

    internal IEnumerable<Entry> Entries => _entries;

    internal ReadOnlySpan<byte> PathOf(in Entry entry) => _paths.WrittenSpan.Slice(entry.PathStart, entry.PathLength);

    internal readonly record struct Entry(
        int PathStart, int PathLength, ulong Inode, long Seconds, uint Nanoseconds, ReadOnlyMemory<byte> DefaultAcl);
}
