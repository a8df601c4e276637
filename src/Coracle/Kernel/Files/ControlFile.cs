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
    internal static string? TryRead(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
