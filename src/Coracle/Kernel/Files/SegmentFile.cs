using Coracle.Kernel.Errors;
using Coracle.Kernel.Handles;
using Coracle.Kernel.Interop;
using Coracle.Kernel.Paths;

namespace Coracle.Kernel.Files;

/// <summary>
/// A file that one process appends to while any number of others read it. A reader holds it by a shared flock(2), which goes
/// with its process, and nobody removes what is held: one of the two only ever tries, so neither waits for the other.
/// </summary>
internal sealed class SegmentFile : IDisposable
{
    private readonly FileDescriptor _file;
    private readonly string _path;

    private SegmentFile(FileDescriptor file, string path) => (_file, _path) = (file, path);

    /// <summary>The length now.</summary>
    internal long Length
    {
        get
        {
            int result = At.Status(_file, default, out FileStatus status);
            return result == 0 ? status.Size : throw Errno.Failure(-result, "look at file", _path);
        }
    }

    /// <summary>Makes a file to append to.</summary>
    internal static SegmentFile Create(string path) => OpenToAppend(path, Libc.O_CREAT | Libc.O_EXCL);

    /// <summary>Opens a file to append to it.</summary>
    internal static SegmentFile OpenToAppend(string path) => OpenToAppend(path, 0);

    /// <summary>Opens a file to read it, and keeps it from being removed until this is disposed.</summary>
    /// <returns>Null if it is not there, or about to be removed.</returns>
    internal static SegmentFile? TryHold(string path)
    {
        if (TryOpen(path, "open") is not { } file)
            return null;
        // Whoever removes it holds the lock while doing so: if the name is there now, it stays.
        if (TryLock(file, Libc.LOCK_SH, path) && Libc.faccessat(Libc.AT_FDCWD, path, 0, 0) == 0)
            return new SegmentFile(file, path);
        file.Dispose();
        return null;
    }

    /// <summary>Removes a file if no reader holds it.</summary>
    /// <returns>Whether it is gone.</returns>
    internal static bool TryRemove(string path)
    {
        using FileDescriptor? file = TryOpen(path, "remove");
        if (file is null)
            return true;
        return TryLock(file, Libc.LOCK_EX, path) && Libc.unlink(path) == 0;
    }

    /// <summary>Appends in one call. What could not be written whole is not there.</summary>
    /// <returns>0, or errno.</returns>
    internal unsafe int Append(ReadOnlySpan<byte> data, long length)
    {
        fixed (byte* start = data)
        {
            while (true)
            {
                nint written = Libc.write(_file.Number, start, data.Length);
                if (written == data.Length)
                    return 0;
                int errno = written < 0 ? Errno.Last : Errno.ENOSPC;
                if (errno == Errno.EINTR)
                    continue;
                if (written > 0)
                    _ = Libc.ftruncate(_file.Number, length);
                return errno;
            }
        }
    }

    /// <summary>Reads at an offset.</summary>
    /// <returns>The number of bytes; fewer than asked only at the end.</returns>
    internal unsafe int Read(Span<byte> buffer, long offset)
    {
        int count = 0;
        fixed (byte* start = buffer)
        {
            while (count < buffer.Length)
            {
                nint read = Libc.pread(_file.Number, start + count, buffer.Length - count, offset + count);
                int errno = Errno.Last;
                if (read == 0)
                    break;
                if (read > 0)
                    count += (int)read;
                else if (errno != Errno.EINTR)
                    throw Errno.Failure(errno, "read", _path);
            }
        }
        return count;
    }

    /// <inheritdoc />
    public void Dispose() => _file.Dispose();

    private static SegmentFile OpenToAppend(string path, int flags) => new(
        FileDescriptor.High(FileDescriptor.FromResult(
            Libc.openat(
                Libc.AT_FDCWD,
                path,
                Libc.O_RDWR | Libc.O_APPEND | Libc.O_CLOEXEC | Libc.O_NOFOLLOW | flags,
                0x180 /* 0600 */),
            "open",
            path).Release()),
        path);

    private static FileDescriptor? TryOpen(string path, string step)
    {
        int fd = Libc.openat(Libc.AT_FDCWD, path, Libc.O_RDONLY | Libc.O_CLOEXEC | Libc.O_NOFOLLOW, 0);
        int errno = Errno.Last;
        if (fd >= 0)
            return FileDescriptor.High(fd);
        return errno == Errno.ENOENT ? null : throw Errno.Failure(errno, step, path);
    }

    private static bool TryLock(FileDescriptor file, int operation, string path)
    {
        while (Libc.flock(file.Number, operation | Libc.LOCK_NB) != 0)
        {
            int errno = Errno.Last;
            if (errno == Errno.EAGAIN)
                return false;
            if (errno != Errno.EINTR)
                throw Errno.Failure(errno, "lock", path);
        }
        return true;
    }
}
