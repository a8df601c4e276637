using System.Text;
using Coracle.Kernel.Errors;
using Coracle.Kernel.Handles;
using Coracle.Kernel.Interop;

namespace Coracle.Kernel.Paths;

/// <summary>
/// A file that is being written, one after the other through the same object: unpacking a layer must not allocate for each of
/// its files. Results are the kernel's: at least 0, or the negated errno.
/// </summary>
internal sealed unsafe class OutputFile : IDisposable
{
    private int _fd = -1;

    /// <summary>Whether a file is open.</summary>
    internal bool IsOpen => _fd >= 0;

    /// <summary>Makes a new file and opens it for writing. What has the name already is not touched: -EEXIST.</summary>
    internal int Create(FileDescriptor directory, ReadOnlySpan<byte> name)
    {
        int result = At.OpenNumber(
            directory, name, Libc.O_CREAT | Libc.O_EXCL | Libc.O_WRONLY | Libc.O_NOFOLLOW, 0x180 /* 0600 */);
        if (result >= 0)
            _fd = result;
        return result;
    }

    /// <summary>pwrite(2), all of it.</summary>
    internal int Write(long position, ReadOnlySpan<byte> data)
    {
        fixed (byte* start = data)
        {
            for (int done = 0; done < data.Length;)
            {
                nint written = Libc.pwrite(_fd, start + done, data.Length - done, position + done);
                if (written >= 0)
                    done += (int)written;
                else if (Errno.Last is not Errno.EINTR and int errno)
                    return -errno;
            }
        }
        return 0;
    }

    internal int SetLength(long length) => Result(Libc.ftruncate(_fd, length));

    internal int SetOwner(uint uid, uint gid) => Result(Libc.fchown(_fd, uid, gid));

    internal int SetMode(uint mode) => Result(Libc.fchmod(_fd, mode));

    internal int SetModified(long seconds, uint nanoseconds)
    {
        Libc.timespec_t* times = stackalloc Libc.timespec_t[2];
        At.WriteTimes(times, seconds, nanoseconds);
        return Result(Libc.futimens(_fd, times));
    }

    internal int SetXattr(string attribute, ReadOnlySpan<byte> value)
    {
        int capacity = Encoding.UTF8.GetMaxByteCount(attribute.Length) + 1;
        byte* key = stackalloc byte[capacity];
        key[Encoding.UTF8.GetBytes(attribute, new Span<byte>(key, capacity - 1))] = 0;
        fixed (byte* bytes = value)
            return Result(Libc.fsetxattr(_fd, key, bytes, value.Length, 0));
    }

    internal int Close()
    {
        int fd = _fd;
        _fd = -1;
        return fd < 0 ? 0 : Result(Libc.close(fd));
    }

    /// <inheritdoc />
    public void Dispose() => _ = Close();

    private static int Result(int result) => result == -1 ? -Errno.Last : result;
}
