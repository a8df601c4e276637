using System.Globalization;
using Coracle.Kernel.Errors;
using Coracle.Kernel.Handles;
using Coracle.Kernel.Interop;
using Microsoft.Win32.SafeHandles;

namespace Coracle.Kernel.Files;

/// <summary>Regular files by descriptor, without the advisory locks that .NET's own file API takes.</summary>
internal static class OpenFile
{
    /// <summary>Opens a file to read it; null if there is none. A symbolic link is not followed.</summary>
    internal static SafeFileHandle? TryRead(string path)
    {
        int fd = Libc.openat(Libc.AT_FDCWD, path, Libc.O_RDONLY | Libc.O_CLOEXEC | Libc.O_NOFOLLOW, 0);
        int errno = Errno.Last;
        if (fd >= 0)
            return Wrap(FileDescriptor.High(fd));
        return errno == Errno.ENOENT ? null : throw Errno.Failure(errno, "open", path);
    }

    /// <summary>The same descriptor as the handle that .NET's file API takes. The descriptor is used up.</summary>
    internal static SafeFileHandle Wrap(FileDescriptor file) => new(file.Release(), ownsHandle: true);

    /// <summary>The path that an open file has now: another one after a rename, and none that can be opened after a
    /// removal.</summary>
    internal static string? CurrentPath(FileDescriptor file) =>
        new FileInfo(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{file.Number}")).LinkTarget;

    /// <summary>Starts to write dirty pages to the disk and does not wait, so that a later fsync(2) has little left to do.</summary>
    internal static void StartWriteback(SafeFileHandle file, long offset, long count)
    {
        bool held = false;
        try
        {
            file.DangerousAddRef(ref held);
            // A hint: where a file system has no such thing, the fsync does all the work.
            _ = Libc.sync_file_range((int)file.DangerousGetHandle(), offset, count, Libc.SYNC_FILE_RANGE_WRITE);
        }
        finally
        {
            if (held)
                file.DangerousRelease();
        }
    }
}
