using Coracle.Filesystem.Layers.Tar;
using Coracle.Kernel.Errors;
using Coracle.Kernel.Handles;
using Coracle.Kernel.Interop;
using Coracle.Kernel.Paths;

namespace Coracle.Filesystem.Layers.Directories;

internal sealed partial class DirectoryLayerWriter
{
    private static int DirectoryFlags => Libc.O_PATH | Libc.O_DIRECTORY;

    // The kernel's own limit (path_resolution(7)).
    private const int MaxLinks = 40;

    // Entries come directory by directory: the one that was used last is kept open.
    private readonly PathBuffer _parentPath = new();
    private FileDescriptor? _parent;

    /// <summary>Opens the directory that an entry lies in; makes it if it is missing.</summary>
    private FileDescriptor OpenParent(ReadOnlySpan<byte> path) => OpenDirectory(LayerPath.ParentOf(path));

    private FileDescriptor OpenDirectory(ReadOnlySpan<byte> path)
    {
        int result = TryOpenDirectory(path, out FileDescriptor? opened);
        if (result is -Errno.ENOENT or -Errno.ENOTDIR)
        {
            MakeImplied(path);
            result = TryOpenDirectory(path, out opened);
        }
        Check(result, "open directory", path);
        return opened!;
    }

    // Not owned by the caller; valid until the next call.
    private int TryOpenDirectory(ReadOnlySpan<byte> path, out FileDescriptor? opened)
    {
        opened = path.IsEmpty ? _root : _parentPath.Bytes.SequenceEqual(path) ? _parent : null;
        if (opened is not null)
            return 0;
        int result = RootedPath.TryOpen(_root, path, DirectoryFlags, out opened, _options.ForceWalk);
        if (opened is null)
            return result;
        ForgetParent();
        _parentPath.Set(path);
        _parent = opened;
        return result;
    }

    private void ForgetParent()
    {
        _parent?.Dispose();
        _parent = null;
    }

    // Each missing directory on the way gets the attributes that it has in the layers below: listed or not, overlay shows ours.
    private void MakeImplied(ReadOnlySpan<byte> path, int links = 0)
    {
        FileDescriptor current = OpenNearest(path, out int length);
        try
        {
            for (int start = length == 0 ? 0 : length + 1; start < path.Length; start = length + 1)
            {
                int end = path[start..].IndexOf((byte)'/');
                length = end < 0 ? path.Length : start + end;
                ReadOnlySpan<byte> prefix = path[..length];
                ReadOnlySpan<byte> name = LayerPath.NameOf(prefix);
                if (name.IsEmpty || name.SequenceEqual("."u8))
                    continue;
                if (name.SequenceEqual(".."u8))
                {
                    Step(ref current, RootedPath.TryOpen(_root, prefix, DirectoryFlags, out FileDescriptor? above, _options.ForceWalk), above, prefix);
                    continue;
                }
                int found = At.Status(current, name, out FileStatus status);
                if (found == 0 && status.IsSymbolicLink)
                {
                    MakeImplied(Follow(current, prefix, path[length..]), links + 1);
                    return;
                }
                if (found == 0 && !status.IsWhiteout && !status.IsDirectory)
                    throw Errno.Failure(Errno.ENOTDIR, "make directory", TarError.Text(prefix));
                if (found < 0 || status.IsWhiteout)
                    MakeDirectory(current, prefix, ImpliedMetadata(prefix, isHidden: found == 0));
                Step(ref current, At.Open(current, name, DirectoryFlags | Libc.O_NOFOLLOW, out FileDescriptor? next), next, prefix);
            }
        }
        finally
        {
            current.Dispose();
        }

        // A link that leads nowhere yet: what it names is made where it leads to, as in a running container.
        byte[] Follow(FileDescriptor parent, ReadOnlySpan<byte> link, ReadOnlySpan<byte> rest)
        {
            if (links == MaxLinks)
                throw Errno.Failure(Errno.ELOOP, "open directory", TarError.Text(link));
            Span<byte> target = stackalloc byte[TarLimits.MaxPath];
            target = target[..Math.Max(0, At.ReadLink(parent, LayerPath.NameOf(link), target))];
            ReadOnlySpan<byte> above = target.StartsWith("/"u8) ? default : LayerPath.ParentOf(link);
            return above.Length + target.Length + rest.Length < TarLimits.MaxPath
                ? [.. above, (byte)'/', .. target, .. rest]
                : throw Errno.Failure(Errno.ENAMETOOLONG, "open directory", TarError.Text(link));
        }

        static void Step(ref FileDescriptor current, int result, FileDescriptor? next, ReadOnlySpan<byte> prefix)
        {
            Check(result, "open directory", prefix);
            current.Dispose();
            current = next!;
        }
    }

    private EntryMetadata ImpliedMetadata(ReadOnlySpan<byte> path, bool isHidden)
    {
        if (!isHidden
            && _lowers is not null
            && !_opaque.Covers(path)
            && _lowers.TryFind(path, out LowerFile? lower)
            && lower.Type == Libc.S_IFDIR)
            return lower.Metadata;
        return new EntryMetadata(DefaultDirectoryMode, 0, 0, 0, 0, []);
    }

    // The longest part of the path that is there. What is in the way but no directory is judged on the way down.
    private FileDescriptor OpenNearest(ReadOnlySpan<byte> path, out int length)
    {
        ReadOnlySpan<byte> prefix = path;
        while (true)
        {
            prefix = LayerPath.ParentOf(prefix);
            length = prefix.Length;
            int result = RootedPath.TryOpen(_root, prefix, DirectoryFlags, out FileDescriptor? opened, _options.ForceWalk);
            if (opened is not null)
                return opened;
            if (prefix.IsEmpty || result is not (-Errno.ENOENT or -Errno.ENOTDIR))
                Check(result, "open directory", prefix);
        }
    }
}
