using System.Runtime.CompilerServices;
using Coracle.Kernel.Errors;

namespace Coracle.Filesystem.Layers.Erofs;

internal sealed partial class ErofsLayerWriter
{
    // The kernel's own bound on the links followed in one path.
    private const int MaxLinksFollowed = 40;

    private readonly byte[]?[] _expansions = new byte[2][];
    private byte[] _lastParentPath = new byte[256];
    private int _lastParentLength = -1;
    private int _lastParent;

    /// <summary>The directory in which a path's last part is, made if it is missing, and that part.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int ParentOf(ReadOnlySpan<byte> path, out ReadOnlySpan<byte> name)
    {
        int slash = path.LastIndexOf((byte)'/');
        name = path[(slash + 1)..];
        if (name.IsEmpty)
            throw new ContainerRuntimeException(
                RuntimeErrorKind.InvalidInput, "add to layer: the root can only be a directory");
        ReadOnlySpan<byte> parentPath = path[..Math.Max(slash, 0)];
        // Layers list the children of a directory one behind the other.
        if (_lastParentLength == parentPath.Length && parentPath.SequenceEqual(_lastParentPath.AsSpan(0, _lastParentLength)))
            return _lastParent;
        _ = Walk(parentPath, create: true, out int parent, out _);
        if (_lastParentPath.Length < parentPath.Length)
            _lastParentPath = new byte[parentPath.Length * 2];
        parentPath.CopyTo(_lastParentPath);
        _lastParentLength = parentPath.Length;
        _lastParent = parent;
        return parent;
    }

    private int MakeDirectory(ReadOnlySpan<byte> path)
    {
        ThrowIfUnusable();
        if (path.IsEmpty)
            return LayerTree.Root;
        int entry = _tree.FindOrAdd(ParentOf(path, out ReadOnlySpan<byte> name), name);
        return _tree.Entries[entry].Kind == EntryKind.Directory ? _tree.Entries[entry].Target : ReplaceByDirectory(entry);
    }

    private int ReplaceByDirectory(int entry)
    {
        EntryKind before = _tree.Entries[entry].Kind;
        if (before == EntryKind.SymbolicLink)
            _lastParentLength = -1;
        int directory = _tree.AddDirectory(entry);
        ref DirectoryNode node = ref _tree.Directories[directory];
        node.Mode = 0x1ED;
        node.IsImplied = true;
        // The whiteout has removed what is below, and the directory must not bring it back.
        node.IsOpaque = node.IsRemade = before == EntryKind.Whiteout;
        return directory;
    }

    /// <summary>Gives a name a new file, whatever it stood for before.</summary>
    private int AddFile(ReadOnlySpan<byte> path, EntryKind kind)
    {
        ThrowIfUnusable();
        int entry = _tree.FindOrAdd(ParentOf(path, out ReadOnlySpan<byte> name), name);
        int file = _tree.Files.Add(new FileNode());
        Replace(entry, kind, file);
        return file;
    }

    private void Replace(int entry, EntryKind kind, int file)
    {
        ref Entry node = ref _tree.Entries[entry];
        if (node.Kind is EntryKind.Directory or EntryKind.SymbolicLink)
            _lastParentLength = -1;
        node.Kind = kind;
        node.Target = file;
    }

    /// <summary>
    /// Walks a path from the root as the kernel would if the layer's root were "/": links are followed, and ".." of a link
    /// ends at the root.
    /// </summary>
    /// <param name="path">The path of a directory.</param>
    /// <param name="create">Whether to make what is missing.</param>
    /// <param name="directory">The directory, or the last one that exists.</param>
    /// <param name="rest">What is left of the path when something is missing. Good until the next walk.</param>
    /// <returns>Whether the directory exists.</returns>
    private bool Walk(ReadOnlySpan<byte> path, bool create, out int directory, out ReadOnlySpan<byte> rest)
    {
        directory = LayerTree.Root;
        int links = 0;
        for (rest = path; !rest.IsEmpty;)
        {
            int slash = rest.IndexOf((byte)'/');
            ReadOnlySpan<byte> name = slash < 0 ? rest : rest[..slash];
            ReadOnlySpan<byte> after = slash < 0 ? default : rest[(slash + 1)..];
            if (name.IsEmpty || name.SequenceEqual("."u8))
            {
                rest = after;
                continue;
            }
            if (name.SequenceEqual(".."u8))
            {
                directory = _tree.Directories[directory].Parent;
                rest = after;
                continue;
            }
            int entry = _tree.Find(directory, name);
            switch (entry < 0 ? EntryKind.None : _tree.Entries[entry].Kind)
            {
                case EntryKind.Directory:
                    directory = _tree.Entries[entry].Target;
                    rest = after;
                    break;
                case EntryKind.SymbolicLink:
                    if (++links > MaxLinksFollowed)
                        throw Errno.Failure(Errno.ELOOP, "find in layer", TreePath.Text(path));
                    ReadOnlySpan<byte> target = _tree.TargetOf(entry);
                    if (target[0] == (byte)'/')
                        directory = LayerTree.Root;
                    rest = Expand(links, target, after);
                    break;
                case EntryKind.None or EntryKind.Whiteout:
                    if (!create)
                        return false;
                    directory = ReplaceByDirectory(_tree.FindOrAdd(directory, name));
                    rest = after;
                    break;
                default:
                    throw Errno.Failure(Errno.ENOTDIR, "find in layer", TreePath.Text(path));
            }
        }
        return true;
    }

    // What is left of the path may itself lie in the buffer of the link before: the two take turns.
    private ReadOnlySpan<byte> Expand(int turn, ReadOnlySpan<byte> target, ReadOnlySpan<byte> after)
    {
        int length = target.Length + 1 + after.Length;
        ref byte[]? buffer = ref _expansions[turn & 1];
        if (buffer is null || buffer.Length < length)
            buffer = new byte[Math.Max(length, 512)];
        target.CopyTo(buffer);
        buffer[target.Length] = (byte)'/';
        after.CopyTo(buffer.AsSpan(target.Length + 1));
        return buffer.AsSpan(0, length);
    }
}
