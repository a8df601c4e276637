using System.Runtime.InteropServices;
using Coracle.Kernel.Errors;
using Coracle.Kernel.Interop;

namespace Coracle.Kernel.Handles;

/// <summary>An open file descriptor of any kind, closed when disposed. Always close-on-exec.</summary>
internal sealed class FileDescriptor : SafeHandle
{
    // Whatever is passed to children is dup2'ed onto 0..9 there: nothing of ours may lie in the way.
    private const int FirstHigh = 10;

    internal FileDescriptor(int fd) : base(-1, ownsHandle: true) => SetHandle(fd);

    /// <inheritdoc />
    public override bool IsInvalid => handle == -1;

    /// <summary>The number. Only valid while this handle is alive: keep it referenced across the call.</summary>
    internal int Number => (int)handle;

    /// <summary>Wraps the result of a binding call, or throws what errno says.</summary>
    internal static FileDescriptor FromResult(long result, string step, string? subject = null)
    {
        if (result >= 0)
            return new FileDescriptor((int)result);
        throw result == -1 ? Errno.LastFailure(step, subject) : Errno.Failure((int)-result, step, subject);
    }

    /// <summary>The same open file under a number of 10 or more; the old number is closed.</summary>
    internal static FileDescriptor High(int fd)
    {
        if (fd >= FirstHigh)
            return new FileDescriptor(fd);
        int high = Libc.fcntl(fd, Libc.F_DUPFD_CLOEXEC, FirstHigh);
        int errno = Errno.Last;
        _ = Libc.close(fd);
        return high >= 0 ? new FileDescriptor(high) : throw Errno.Failure(errno, "duplicate descriptor");
    }

    /// <summary>Another descriptor of the same open file.</summary>
    internal FileDescriptor Duplicate() =>
        FromResult(Libc.fcntl(Number, Libc.F_DUPFD_CLOEXEC, FirstHigh), "duplicate descriptor");

    /// <summary>Gives up ownership: the caller closes the number.</summary>
    internal int Release()
    {
        int fd = Number;
        SetHandleAsInvalid();
        return fd;
    }

    /// <inheritdoc />
    protected override bool ReleaseHandle() => Libc.close((int)handle) == 0;
}
