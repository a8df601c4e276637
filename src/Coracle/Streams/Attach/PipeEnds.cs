using Coracle.Kernel.Errors;
using Coracle.Kernel.Handles;
using Coracle.Kernel.Interop;

namespace Coracle.Streams.Attach;

/// <summary>The two ends of a pipe: one stays here and never blocks, the other goes to the container.</summary>
internal sealed class PipeEnds : IDisposable
{
    private const int SetStatusFlags = 4; // F_SETFL

    private FileDescriptor? _ours;

    private PipeEnds(FileDescriptor ours, FileDescriptor theirs) => (_ours, Theirs) = (ours, theirs);

    /// <summary>The end for the container, blocking as programs expect.</summary>
    internal FileDescriptor Theirs { get; }

    /// <summary>Gives away the end that stays here, non-blocking: disposing the pair no longer closes it.</summary>
    internal FileDescriptor TakeOurs()
    {
        FileDescriptor ours = _ours ?? throw new InvalidOperationException("the end of the pipe was taken already");
        _ours = null;
        return ours;
    }

    /// <summary>A pipe to read from.</summary>
    internal static PipeEnds ForOutput()
    {
        (FileDescriptor read, FileDescriptor write) = Make();
        return new PipeEnds(NonBlocking(read), write);
    }

    /// <summary>A pipe to write into.</summary>
    internal static PipeEnds ForInput()
    {
        (FileDescriptor read, FileDescriptor write) = Make();
        return new PipeEnds(NonBlocking(write), read);
    }

    /// <summary>Reads without waiting.</summary>
    /// <returns>The number of bytes; 0 at the end; -1 if there is nothing now.</returns>
    internal static unsafe int Read(FileDescriptor pipe, Span<byte> buffer)
    {
        fixed (byte* target = buffer)
        {
            nint read = Libc.read(pipe.Number, target, buffer.Length);
            if (read >= 0)
                return (int)read;
            int errno = Errno.Last;
            return errno is Errno.EAGAIN or Errno.EINTR ? -1 : throw Errno.Failure(errno, "read output of container");
        }
    }

    /// <summary>Writes without waiting.</summary>
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
                Errno.EPIPE => throw new IOException("write standard input: the program has closed it or ended"),
                _ => throw Errno.Failure(errno, "write standard input of container"),
            };
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _ours?.Dispose();
        Theirs.Dispose();
    }

    private static unsafe (FileDescriptor Read, FileDescriptor Write) Make()
    {
        int* ends = stackalloc int[2];
        if (Libc.pipe2(ends, Libc.O_CLOEXEC) != 0)
            throw Errno.LastFailure("make pipe");
        return (FileDescriptor.High(ends[0]), FileDescriptor.High(ends[1]));
    }

    private static FileDescriptor NonBlocking(FileDescriptor end)
    {
        if (Libc.fcntl(end.Number, SetStatusFlags, Libc.O_NONBLOCK) != 0)
            throw Errno.LastFailure("make pipe non-blocking");
        return end;
    }
}
