using Coracle.Kernel.Errors;
using Coracle.Kernel.Handles;
using Coracle.Kernel.Interop;
using Coracle.Kernel.Paths;

namespace Coracle.Filesystem.Layers.Directories;

// A directory has many paths, one of which has no links: that one is its name for whatever is kept longer than an entry, as a
// later entry may let a link lead elsewhere.
internal sealed partial class DirectoryLayerWriter
{
    private static int DirectoryFlags => Libc.O_PATH | Libc.O_DIRECTORY;

    // Entries come directory by directory: the one that was used last is kept open.
    private readonly PathBuffer _parentPath = new();
    private readonly PathBuffer _parentReal = new();
    private readonly PathBuffer _real = new();
    private FileDescriptor? _parent;
    private bool _parentMayHaveMoved;

    /// <summary>Opens the directory that an entry lies in; makes it if it is missing.</summary>
    private FileDescriptor OpenParent(ReadOnlySpan<byte> path) => OpenDirectory(LayerPath.ParentOf(path));

    // Not owned by the caller; valid until the next call.
    private FileDescriptor OpenDirectory(ReadOnlySpan<byte> path)
    {
        if (path.IsEmpty)
            return _root;
        if (_parent is not null && !_parentMayHaveMoved && _parentPath.Bytes.SequenceEqual(path))
            return _parent;
        FileDescriptor? opened = OpenPlain(path);
        bool isPlain = opened is not null;
        opened ??= Walk(path, makesMissing: true, out _)!;
        _parent?.Dispose();
        _parent = opened;
        _parentMayHaveMoved = false;
        _parentPath.Set(path);
        _parentReal.Set(isPlain ? path : _walked.Bytes);
        return opened;
    }

    /// <summary>The path without links of an entry in the directory that was opened last. Valid until the next call.</summary>
    private ReadOnlySpan<byte> RealPathOf(ReadOnlySpan<byte> path)
    {
        ReadOnlySpan<byte> parent = LayerPath.ParentOf(path);
        if (parent.IsEmpty || parent.SequenceEqual(_parentReal.Bytes))
            return path;
        _real.Set(_parentReal.Bytes);
        _real.Push(LayerPath.NameOf(path));
        return _real.Bytes;
    }

    // Null if it is missing, or there is a link on the way.
    private FileDescriptor? OpenPlain(ReadOnlySpan<byte> path)
    {
        int result = RootedPath.TryOpenPlain(_root, path, DirectoryFlags, out FileDescriptor? opened, _options.ForceWalk);
        if (result is not (-Errno.ENOENT or -Errno.ENOTDIR or -Errno.ELOOP))
            Check(result, "open directory", path);
        return opened;
    }

    /// <summary>Removes what this layer has at a path, for something else to take its place.</summary>
    private void Replace(FileDescriptor parent, ReadOnlySpan<byte> path)
    {
        Tree.Remove(parent, LayerPath.NameOf(path));

        // It may have been a link by which the kept directory was found, or a directory above it.
        _parentMayHaveMoved = true;
    }

    // A missing directory gets the attributes that it has in the layers below: listed or not, overlay shows ours.
    private EntryMetadata ImpliedMetadata(ReadOnlySpan<byte> path)
    {
        if (_lowers is not null
            && !IsOpaque(LayerPath.ParentOf(path))
            && _lowers.TryFind(path, out LowerFile? lower)
            && lower.Type == Libc.S_IFDIR)
            return lower.Metadata;
        return new EntryMetadata(DefaultDirectoryMode, 0, 0, 0, 0, []);
    }

    /// <summary>Whether nothing of the layers below is seen in a directory.</summary>
    /// <param name="path">Its path, without links.</param>
    private bool IsOpaque(ReadOnlySpan<byte> path)
    {
        if (!_hasOpaque)
            return false;
        Span<byte> value = stackalloc byte[1];
        while (true)
        {
            using FileDescriptor? directory = OpenPlain(path);
            if (directory is not null && At.GetXattr(directory, default, OpaqueAttribute, value) == 1)
                return true;
            if (path.IsEmpty)
                return false;
            path = LayerPath.ParentOf(path);
        }
    }
}
