using Coracle.Kernel.Errors;
using Coracle.Kernel.Handles;
using Coracle.Kernel.Interop;
using Coracle.Kernel.Paths;

namespace Coracle.Kernel.Files;

/// <summary>
/// A file that several processes append to. Each write(2) lands whole behind what is there (O_APPEND); flock(2) says that
/// nobody writes, shared for writers and exclusive for whoever moves the file away.
/// </summary>
internal sealed class AppendFile : IDisposable
{
    private readonly FileDescriptor _file;

    private AppendFile(FileDescriptor file) => _file = file;

    /// <summary>Opens to append; the file is made if it is missing.</summary>
    internal static AppendFile Open(string path) => new(FileDescriptor.High(FileDescriptor.FromResult(
        Libc.openat(
            Libc.AT_FDCWD,
            path,
            Libc.O_RDWR | Libc.O_CREAT | Libc.O_APPEND | Libc.O_CLOEXEC | Libc.O_NOFOLLOW,
            0x180 /* 0600 */),
        "open",
        path).Release()));

    /// <summary>Opens to read; null if there is no such file.</summary>
    internal static AppendFile? TryOpenRead(string path)
    {
        int fd = Libc.openat(Libc.AT_FDCWD, path, Libc.O_RDONLY | Libc.O_CLOEXEC | Libc.O_NOFOLLOW, 0);
        int errno = Errno.Last;
        if (fd >= 0)
            return new AppendFile(FileDescriptor.High(fd));
        return errno == Errno.ENOENT ? null : throw Errno.Failure(errno, "open", path);
    }

    /// <summary>The number. Only valid while this is not disposed.</summary>
    internal int Number => _file.Number;

    /// <summary>The length now.</summary>
    internal long Length => Status(_file).Size;

    /// <summary>Another handle of the same file.</summary>
    internal AppendFile Duplicate() => new(_file.Duplicate());

    /// <summary>Whether both are the same file. An open file keeps its inode number to itself.</summary>
    internal bool IsSame(AppendFile other)
    {
        FileStatus ours = Status(_file);
        FileStatus theirs = Status(other._file);
        return (ours.Device, ours.Inode) == (theirs.Device, theirs.Inode);
    }

    /// <summary>Waits until nobody moves the file away, and keeps others from it.</summary>
    internal void LockShared() => Lock(Libc.LOCK_SH, "lock");

    /// <summary>Makes a shared lock exclusive if nobody else has one. If not, no lock is held.</summary>
    internal bool TryLockExclusive() => Lock(Libc.LOCK_EX | Libc.LOCK_NB, "lock");

    /// <summary>Gives up the lock. A process that was being started may have a copy of the descriptor: closing is not
    /// enough.</summary>
    internal void Unlock() => Lock(Libc.LOCK_UN, "unlock");

    /// <summary>Appends in one call.</summary>
    /// <returns>0, or errno. A part of it may be written where the disk is full.</returns>
    internal unsafe int Append(ReadOnlySpan<byte> data)
    {
        fixed (byte* start = data)
        {
            while (true)
            {
                nint written = Libc.write(_file.Number, start, data.Length);
                if (written == data.Length)
                    return 0;
                int errno = written < 0 ? Errno.Last : Errno.ENOSPC;
                if (errno != Errno.EINTR)
                    return errno;
            }
        }
    }

    /// <summary>Reads at an offset.</summary>
    /// <returns>0 at the end.</returns>
    internal unsafe int Read(Span<byte> buffer, long offset)
    {
        fixed (byte* start = buffer)
        {
            while (true)
            {
                nint read = Libc.pread(_file.Number, start, buffer.Length, offset);
                if (read >= 0)
                    return (int)read;
                int errno = Errno.Last;
                if (errno != Errno.EINTR)
                    throw Errno.Failure(errno, "read");
            }
        }
    }

    /// <inheritdoc />
    public void Dispose() => _file.Dispose();

    private static FileStatus Status(FileDescriptor file)
    {
        int result = At.Status(file, default, out FileStatus status);
        return result == 0 ? status : throw Errno.Failure(-result, "look at file");
    }

    private bool Lock(int operation, string step)
    {
        while (Libc.flock(_file.Number, operation) != 0)
        {
            int errno = Errno.Last;
            if (errno == Errno.EAGAIN)
                return false;
            if (errno != Errno.EINTR)
                throw Errno.Failure(errno, step);
        }
        return true;
    }
}
