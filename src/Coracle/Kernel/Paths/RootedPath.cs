using System.Text;
using Coracle.Kernel.Errors;
using Coracle.Kernel.Handles;
using Coracle.Kernel.Interop;

namespace Coracle.Kernel.Paths;

/// <summary>
/// Paths inside a directory that is not trusted: an image's root, a layer. They are resolved as if that directory were "/", so
/// neither "..", nor an absolute link, nor a magic link of /proc leads out of it.
/// </summary>
internal static partial class RootedPath
{
    private static volatile bool _missing;

    /// <summary>Opens a path below a root.</summary>
    /// <param name="root">The directory that stands for "/".</param>
    /// <param name="path">The path; a leading slash changes nothing; empty for the root itself.</param>
    /// <param name="flags">The flags of open(2). O_NOFOLLOW speaks of the last part only; O_CREAT is not supported.</param>
    /// <param name="opened">The descriptor; null if it failed.</param>
    /// <param name="forceWalk">Whether to do as on a kernel without openat2(2).</param>
    /// <returns>At least 0, or the negated errno.</returns>
    internal static int TryOpen(
        FileDescriptor root, ReadOnlySpan<byte> path, int flags, out FileDescriptor? opened, bool forceWalk = false) =>
        TryOpen(root, path, flags, followsLinks: true, out opened, forceWalk);

    /// <summary>The same for a path without links: -ELOOP if there is one on the way, or at the end.</summary>
    internal static int TryOpenPlain(
        FileDescriptor root, ReadOnlySpan<byte> path, int flags, out FileDescriptor? opened, bool forceWalk = false) =>
        TryOpen(root, path, flags, followsLinks: false, out opened, forceWalk);

    private static int TryOpen(
        FileDescriptor root, ReadOnlySpan<byte> path, int flags, bool followsLinks, out FileDescriptor? opened, bool forceWalk)
    {
        if (!forceWalk && !_missing)
        {
            ReadOnlySpan<byte> name = path.IsEmpty ? "."u8 : path;
            ulong resolve = Libc.RESOLVE_IN_ROOT | (followsLinks ? Libc.RESOLVE_NO_MAGICLINKS : Libc.RESOLVE_NO_SYMLINKS);
            int result = At.Open(root, name, flags, resolve, out opened);

            // ENOSYS before Linux 5.6; EPERM from seccomp filters that do not know the call, which a directory's rights never give.
            if (result is not (-Errno.ENOSYS or -Errno.EPERM))
                return result;
            _missing |= result == -Errno.ENOSYS;
        }
        return Walk(root, path, flags, followsLinks, out opened);
    }

    /// <summary>Opens a path below a root, or throws.</summary>
    internal static FileDescriptor Open(FileDescriptor root, string path, int flags)
    {
        int result = TryOpen(root, Encoding.UTF8.GetBytes(path), flags, out FileDescriptor? opened);
        return opened ?? throw Errno.Failure(-result, "open in root", path);
    }

    /// <summary>Reads a file below a root, up to a limit. Null if it is missing.</summary>
    internal static byte[]? Read(FileDescriptor root, string path, int limit)
    {
        int result = TryOpen(
            root, Encoding.UTF8.GetBytes(path), Libc.O_RDONLY | Libc.O_NONBLOCK | Libc.O_NOCTTY, out FileDescriptor? file);
        if (result is -Errno.ENOENT or -Errno.ENOTDIR)
            return null;
        if (file is null)
            throw Errno.Failure(-result, "read in root", path);
        using (file)
        {
            // A device or FIFO of that name would block, or never end.
            int status = At.Status(file, default, out FileStatus found);
            if (status < 0 || !found.IsRegular)
                throw Errno.Failure(status < 0 ? -status : Errno.EINVAL, "read in root", $"{path} is not a regular file");
            return ReadAll(file, path, limit);
        }
    }

    /// <summary>Makes a directory below a root with the parents that are missing, and opens it (O_PATH).</summary>
    /// <param name="root">The directory that stands for "/".</param>
    /// <param name="path">The path.</param>
    /// <param name="mode">The mode of what is made.</param>
    internal static FileDescriptor MakeDirectories(FileDescriptor root, string path, uint mode = 0x1ED /* 0755 */)
    {
        int flags = Libc.O_PATH | Libc.O_DIRECTORY;
        FileDescriptor current = Open(root, "", flags);
        List<string> done = [];
        foreach (string part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            done.Add(part);
            byte[] prefix = Encoding.UTF8.GetBytes(string.Join('/', done));
            int result = TryOpen(root, prefix, flags, out FileDescriptor? next);
            if (result == -Errno.ENOENT)
            {
                result = At.MakeDirectory(current, Encoding.UTF8.GetBytes(part), mode);
                if (result is 0 or -Errno.EEXIST)
                    result = TryOpen(root, prefix, flags, out next);
            }
            current.Dispose();
            current = next ?? throw Errno.Failure(-result, "make directory in root", path);
        }
        return current;
    }

    private static unsafe byte[] ReadAll(FileDescriptor file, string path, int limit)
    {
        byte[] content = new byte[Math.Min(limit, 64 * 1024)];
        int length = 0;
        while (true)
        {
            if (length == content.Length)
            {
                if (length >= limit)
                    throw Errno.Failure(Errno.EFBIG, "read in root", $"{path} is larger than {limit} bytes");
                Array.Resize(ref content, Math.Min(limit, length * 2));
            }
            nint read;
            fixed (byte* start = content)
                read = Libc.read(file.Number, start + length, content.Length - length);
            if (read == 0)
                return content[..length];
            if (read < 0 && Errno.Last is var errno && errno != Errno.EINTR)
                throw Errno.Failure(errno, "read in root", path);
            length += (int)Math.Max(0, read);
        }
    }
}
