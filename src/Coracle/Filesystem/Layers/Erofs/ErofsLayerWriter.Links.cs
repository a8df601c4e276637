using System.Buffers;
using Coracle.Kernel.Errors;

namespace Coracle.Filesystem.Layers.Erofs;

internal sealed partial class ErofsLayerWriter
{
    // Where ext4 stops; a compact inode can count up to here.
    private const uint MaxLinks = 65000;

    private const int CopyBufferSize = 64 * 1024;

    /// <inheritdoc />
    public void AddHardLink(ReadOnlySpan<byte> path, ReadOnlySpan<byte> target)
    {
        ThrowIfUnusable();
        int source = FindFile(target, out byte[] missing);
        if (source < 0)
            source = CopyUp(path, missing);
        (EntryKind kind, int file) = (_tree.Entries[source].Kind, _tree.Entries[source].Target);
        int entry = _tree.FindOrAdd(ParentOf(path, out ReadOnlySpan<byte> name), name);
        if (entry == source)
            return;
        if (_tree.Entries[entry].Kind == EntryKind.Directory && IsBelow(source, _tree.Entries[entry].Target))
        {
            // The directory goes first, and the target with it.
            Replace(entry, EntryKind.None, 0);
            throw Errno.Failure(Errno.ENOENT, "add hard link to layer", TreePath.Text(path), "it replaces the directory of its target");
        }
        if (++_tree.Files[file].Links >= MaxLinks)
            throw Errno.Failure(Errno.EMLINK, "add hard link to layer", TreePath.Text(path));
        Replace(entry, kind, file);
    }

    /// <inheritdoc />
    public void AddWhiteout(ReadOnlySpan<byte> path)
    {
        ThrowIfUnusable();
        int entry = _tree.FindOrAdd(ParentOf(path, out ReadOnlySpan<byte> name), name);
        switch (_tree.Entries[entry].Kind)
        {
            case EntryKind.None:
                int file = _tree.Files.Add(new FileNode());
                Replace(entry, EntryKind.Whiteout, file);
                _xattrs.ResetWrittenCount();
                WriteInode(file, new InodeRecord { Mode = ErofsFormat.TypeCharacterDevice, Links = 1 }, []);
                break;
            case EntryKind.Directory:
                // It hides what the lower layers have there, and so do the two together.
                _tree.Directories[_tree.Entries[entry].Target].IsOpaque = true;
                break;
        }
    }

    /// <summary>The entry of a file that this layer has, or -1.</summary>
    /// <param name="path">The path.</param>
    /// <param name="missing">If there is none: where the path leads to, links followed; empty if this layer hides that.</param>
    private int FindFile(ReadOnlySpan<byte> path, out byte[] missing)
    {
        missing = [];
        int slash = path.LastIndexOf((byte)'/');
        ReadOnlySpan<byte> name = path[(slash + 1)..];
        bool found = Walk(path[..Math.Max(slash, 0)], create: false, out int directory, out ReadOnlySpan<byte> rest);
        int entry = found ? _tree.Find(directory, name) : _tree.Find(directory, LayerPath.FirstOf(rest));
        EntryKind kind = entry < 0 ? EntryKind.None : _tree.Entries[entry].Kind;
        if (path.IsEmpty || (found && kind == EntryKind.Directory))
            throw Errno.Failure(Errno.EPERM, "add hard link to layer", TreePath.Text(path), "its target is a directory");
        if (kind == EntryKind.None && !IsHidden(directory))
            missing = LayerPath.Combine(_tree.PathOf(directory), rest, name);
        return kind is EntryKind.None or EntryKind.Whiteout ? -1 : entry;
    }

    private bool IsBelow(int entry, int ancestor)
    {
        int directory = _tree.Entries[entry].Parent;
        while (directory != LayerTree.Root && directory != ancestor)
            directory = _tree.Directories[directory].Parent;
        return directory == ancestor;
    }

    private bool IsHidden(int directory)
    {
        while (directory != LayerTree.Root && !_tree.Directories[directory].IsOpaque)
            directory = _tree.Directories[directory].Parent;
        return _tree.Directories[directory].IsOpaque;
    }

    /// <summary>Brings a file that only a lower layer has into this one.</summary>
    /// <returns>Its entry.</returns>
    private int CopyUp(ReadOnlySpan<byte> link, byte[] path)
    {
        LowerFile? lower = null;
        if (path.Length == 0 || _lowers?.TryFind(path, out lower) != true || lower is null)
            throw Errno.Failure(Errno.ENOENT, "add hard link to layer", TreePath.Text(link), "no layer has its target");
        if (lower.Type == ErofsFormat.TypeDirectory)
            throw Errno.Failure(Errno.EPERM, "add hard link to layer", TreePath.Text(link), "its target is a directory");
        switch (lower.Type)
        {
            case ErofsFormat.TypeRegularFile:
                CopyContent(path, lower);
                break;
            case ErofsFormat.TypeSymbolicLink:
                AddSymbolicLink(path, lower.LinkTarget.Span, lower.Metadata);
                break;
            case ErofsFormat.TypeFifo:
                AddSpecial(path, EntryKind.Fifo, lower.Type, 0, lower.Metadata);
                break;
            case ErofsFormat.TypeSocket:
                AddSpecial(path, EntryKind.Socket, lower.Type, 0, lower.Metadata);
                break;
            default:
                (uint major, uint minor) = ((uint)(lower.Device >> 32), (uint)lower.Device);
                EntryKind kind = lower.Type == ErofsFormat.TypeBlockDevice ? EntryKind.BlockDevice : EntryKind.CharacterDevice;
                AddSpecial(path, kind, lower.Type, DeviceNumber(path, major, minor), lower.Metadata);
                break;
        }
        return FindFile(path, out _);
    }

    private void CopyContent(ReadOnlySpan<byte> path, LowerFile lower)
    {
        BeginFile(path, lower.Size, lower.Metadata);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(CopyBufferSize);
        using (Stream content = lower.OpenContent())
        {
            for (long position = 0; position < lower.Size;)
            {
                int count = content.Read(buffer, 0, (int)Math.Min(buffer.Length, lower.Size - position));
                if (count == 0)
                    throw new ContainerRuntimeException(
                        RuntimeErrorKind.IntegrityFailed,
                        $"copy {TreePath.Text(path)} from a lower layer: it is shorter than it was");
                WriteData(position, buffer.AsSpan(0, count));
                position += count;
            }
        }
        ArrayPool<byte>.Shared.Return(buffer);
        EndFile();
    }
}
