using System.Text;
using Coracle.Kernel.Errors;
using Coracle.Kernel.Interop;

namespace Coracle.Kernel.Files;

/// <summary>
/// Reads and writes the files of proc and cgroup file systems: they exist or not, are never made, and take a value in one
/// write(2). Results are numbers of errno, 0 for success: the caller knows what a failure means there.
/// </summary>
internal static class ControlFile
{
    // The kernel takes at most a page at once.
    private const int PageSize = 4096;

    /// <summary>Writes a value in one call.</summary>
    internal static unsafe int Write(string path, string value)
    {
        int fd = Libc.openat(Libc.AT_FDCWD, path, Libc.O_WRONLY | Libc.O_CLOEXEC, 0);
        if (fd < 0)
            return Errno.Last;
        Span<byte> bytes = stackalloc byte[PageSize];
        if (!Encoding.UTF8.TryGetBytes(value, bytes, out int length))
        {
            _ = Libc.close(fd);
            return Errno.E2BIG;
        }
        int errno;
        fixed (byte* start = bytes)
        {
            do
                errno = Libc.write(fd, start, length) >= 0 ? 0 : Errno.Last;
            while (errno == Errno.EINTR);
        }
        _ = Libc.close(fd);
        return errno;
    }

    /// <summary>The text of a file; null where it does not exist or can't be read.</summary>
    internal static unsafe string? TryRead(string path)
    {
        int fd = Libc.openat(Libc.AT_FDCWD, path, Libc.O_RDONLY | Libc.O_CLOEXEC, 0);
        if (fd < 0)
            return null;
        byte[] text = new byte[PageSize];
        int length = 0;
        int errno = 0;
        while (errno is 0 or Errno.EINTR)
        {
            if (length == text.Length)
                Array.Resize(ref text, length * 2);
            nint count;
            fixed (byte* start = text)
                count = Libc.read(fd, start + length, text.Length - length);
            errno = count < 0 ? Errno.Last : 0;
            if (count == 0)
                break;
            length += (int)Math.Max(0, count);
        }
        _ = Libc.close(fd);
        return errno == 0 ? Encoding.UTF8.GetString(text, 0, length) : null;
    }
}
