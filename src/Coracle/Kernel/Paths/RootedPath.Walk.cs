using Coracle.Kernel.Errors;
using Coracle.Kernel.Handles;
using Coracle.Kernel.Interop;

namespace Coracle.Kernel.Paths;

// What openat2(RESOLVE_IN_ROOT) does, by hand, for kernels that lack it: part by part, never letting the kernel follow a link.
// ".." goes back to the descriptor that we came from, so a directory that is moved meanwhile leads nowhere else.
internal static partial class RootedPath
{
    // The kernel's own limit (path_resolution(7)).
    private const int MaxLinks = 40;
    private const int PathMax = 4096;

    private static int Walk(
        FileDescriptor root, ReadOnlySpan<byte> path, int flags, bool followsLinks, out FileDescriptor? opened)
    {
        opened = null;
        if (path.Length >= PathMax)
            return -Errno.ENAMETOOLONG;
        Stack<FileDescriptor> trail = new();
        try
        {
            return Walk(root, trail, path.ToArray(), flags, followsLinks ? MaxLinks : 0, out opened);
        }
        finally
        {
            foreach (FileDescriptor directory in trail)
                directory.Dispose();
        }
    }

    private static int Walk(
        FileDescriptor root, Stack<FileDescriptor> trail, byte[] remaining, int flags, int maxLinks, out FileDescriptor? opened)
    {
        int links = 0;
        bool mustBeDirectory = false;
        opened = null;
        while (NextPart(ref remaining, out ReadOnlySpan<byte> part, out bool isLast))
        {
            FileDescriptor current = trail.TryPeek(out FileDescriptor? top) ? top : root;
            mustBeDirectory = remaining.Length > 0;
            if (part.SequenceEqual(".."u8))
            {
                if (trail.TryPop(out FileDescriptor? left))
                    left.Dispose();
                continue;
            }
            int result = At.Open(current, part, Libc.O_PATH | Libc.O_NOFOLLOW, out FileDescriptor? next);
            if (result < 0)
                return result;
            trail.Push(next!);
            result = At.Status(next!, default, out FileStatus status);
            if (result < 0)
                return result;
            bool keepsLink = isLast && !mustBeDirectory && (flags & Libc.O_NOFOLLOW) != 0;
            if (!status.IsSymbolicLink || keepsLink)
            {
                if (!isLast && !status.IsDirectory)
                    return -Errno.ENOTDIR;
                continue;
            }
            if (++links > maxLinks)
                return -Errno.ELOOP;
            result = Follow(trail, ref remaining);
            if (result < 0)
                return result;
        }
        return Reopen(trail.TryPeek(out FileDescriptor? end) ? end : root, flags | (mustBeDirectory ? Libc.O_DIRECTORY : 0), out opened);
    }

    // The link on top of the trail is replaced by the parts of its target.
    private static int Follow(Stack<FileDescriptor> trail, ref byte[] remaining)
    {
        using FileDescriptor link = trail.Pop();
        Span<byte> target = stackalloc byte[PathMax];
        int length = At.ReadLink(link, default, target);
        if (length <= 0)
            return length < 0 ? length : -Errno.ENOENT;
        if (target[0] == '/')
        {
            while (trail.TryPop(out FileDescriptor? left))
                left.Dispose();
        }
        if (length + 1 + remaining.Length >= PathMax)
            return -Errno.ENAMETOOLONG;
        remaining = remaining.Length == 0 ? target[..length].ToArray() : [.. target[..length], (byte)'/', .. remaining];
        return 0;
    }

    // An O_PATH descriptor becomes an open file through its own link in /proc, which leads to it and nowhere else.
    private static int Reopen(FileDescriptor found, int flags, out FileDescriptor? opened)
    {
        opened = null;
        int result = At.Status(found, default, out FileStatus status);
        if (result < 0)
            return result;
        if ((flags & Libc.O_DIRECTORY) != 0 && !status.IsDirectory)
            return -Errno.ENOTDIR;
        if (status.IsSymbolicLink && (flags & Libc.O_PATH) == 0)
            return -Errno.ELOOP;
        if ((flags & Libc.O_PATH) != 0)
        {
            opened = found.Duplicate();
            return 0;
        }
        return At.Reopen(found, flags & ~Libc.O_NOFOLLOW, out opened);
    }

    private static bool NextPart(ref byte[] remaining, out ReadOnlySpan<byte> part, out bool isLast)
    {
        ReadOnlySpan<byte> rest = remaining;
        do
        {
            rest = rest.TrimStart((byte)'/');
            int end = rest.IndexOf((byte)'/');
            part = end < 0 ? rest : rest[..end];
            rest = end < 0 ? default : rest[end..];
        }
        while (part.SequenceEqual("."u8));
        isLast = rest.TrimStart((byte)'/').IsEmpty;
        byte[] owned = rest.ToArray();
        part = part.ToArray();
        remaining = owned;
        return !part.IsEmpty;
    }
}
