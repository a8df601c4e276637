using Coracle.Kernel.Errors;
using Coracle.Kernel.Interop;

namespace Coracle.Kernel.Handles;

/// <summary>Pipes (pipe(7)) and terminals, read and written without waiting.</summary>
internal static class Pipe
{
    private const int SetStatusFlags = 4; // F_SETFL

    /// <summary>Makes a pipe. Both ends block.</summary>
    internal static unsafe (FileDescriptor Read, FileDescriptor Write) Create()
    {
        int* ends = stackalloc int[2];
        if (Libc.pipe2(ends, Libc.O_CLOEXEC) != 0)
            throw Errno.LastFailure("make pipe");
        return (FileDescriptor.High(ends[0]), FileDescriptor.High(ends[1]));
    }

    /// <summary>Makes an end one that never waits. The other end is an open file of its own, and keeps waiting.</summary>
    internal static FileDescriptor NonBlocking(FileDescriptor end)
    {
        if (Libc.fcntl(end.Number, SetStatusFlags, Libc.O_NONBLOCK) != 0)
            throw Errno.LastFailure("make pipe non-blocking");
        return end;
    }

    /// <summary>Asks for room for more bytes. A user may have used up what it can have (pipe(7)): then the pipe stays as it
    /// is.</summary>
    internal static void TryResize(FileDescriptor pipe, int size) => _ = Libc.fcntl(pipe.Number, Libc.F_SETPIPE_SZ, size);

    /// <summary>Reads what is there.</summary>
    /// <returns>The number of bytes; 0 at the end; -1 if there is nothing now.</returns>
    internal static unsafe int Read(FileDescriptor pipe, Span<byte> buffer)
    {
        fixed (byte* target = buffer)
        {
            nint read = Libc.read(pipe.Number, target, buffer.Length);
            if (read >= 0)
                return (int)read;
            int errno = Errno.Last;
            return errno switch
            {
                Errno.EAGAIN or Errno.EINTR => -1,
                Errno.EIO => 0, // a terminal that nobody has open any more
                _ => throw Errno.Failure(errno, "read pipe"),
            };
        }
    }

    /// <summary>Writes what there is room for.</summary>
    /// <returns>The number of bytes; -1 if there is no room now.</returns>
    /// <exception cref="IOException">Nobody reads any more.</exception>
    internal static unsafe int Write(FileDescriptor pipe, ReadOnlySpan<byte> data)
    {
        fixed (byte* source = data)
        {
            nint written = Libc.write(pipe.Number, source, data.Length);
            if (written >= 0)
                return (int)written;
            int errno = Errno.Last;
            return errno switch
            {
                Errno.EAGAIN or Errno.EINTR => -1,
                Errno.EPIPE or Errno.EIO => throw new IOException("write pipe: nobody reads it any more"),
                _ => throw Errno.Failure(errno, "write pipe"),
            };
        }
    }
}
