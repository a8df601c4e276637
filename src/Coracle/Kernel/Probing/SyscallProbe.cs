using Coracle.Kernel.Errors;
using Coracle.Kernel.Interop;

namespace Coracle.Kernel.Probing;

/// <summary>
/// Tries system calls in ways that do nothing: with arguments that the kernel refuses after it has found the call. A filter
/// around this process (in a container of another runtime) answers EPERM, and a kernel without the call ENOSYS.
/// </summary>
internal static unsafe class SyscallProbe
{
    // A size that every version of clone3(2) refuses as too small.
    private const int NoSize = 0;

    // struct clone_args of the version with a control group, and its parts.
    private const int ExitSignalWord = 4;
    private const int CgroupWord = 10;
    private const ulong NotASignal = 0xFFF;

    private const int NotADescriptor = -1;

    internal static Availability OpenAt2() => Of(Libc.Call(Syscall.openat2, NotADescriptor, 0, 0, NoSize));

    internal static Availability MountSetAttr() => Of(Libc.Call(Syscall.mount_setattr, NotADescriptor, 0, 0, 0, NoSize));

    internal static Availability PidfdOpen() => Of(Libc.Call(Syscall.pidfd_open, NotADescriptor));

    internal static Availability Clone3() => Of(Libc.Call(Syscall.clone3, 0, NoSize));

    /// <summary>Whether clone3(2) takes a control group. An older kernel refuses the unknown word before it looks at the
    /// signal.</summary>
    internal static Availability CloneIntoCgroup()
    {
        ulong* arguments = stackalloc ulong[Libc.SizeOfCloneArguments / sizeof(ulong)];
        new Span<ulong>(arguments, Libc.SizeOfCloneArguments / sizeof(ulong)).Clear();
        arguments[ExitSignalWord] = NotASignal;
        arguments[CgroupWord] = 1;
        long result = Libc.Call(Syscall.clone3, (nint)arguments, Libc.SizeOfCloneArguments);
        return result == -Errno.E2BIG ? Availability.Missing : Of(result);
    }

    /// <summary>Whether a file system type can be mounted. The kernel loads the module if it has one.</summary>
    /// <param name="type">Its name, with a zero at the end.</param>
    internal static Availability FileSystem(ReadOnlySpan<byte> type)
    {
        fixed (byte* name = type)
        {
            long result = Libc.Call(Syscall.fsopen, (nint)name, Libc.FSOPEN_CLOEXEC);
            if (result >= 0)
                _ = Libc.close((int)result);
            return result == -Errno.ENODEV ? Availability.Missing : Of(result);
        }
    }

    internal static Availability SeccompFilter()
    {
        uint action = Libc.SECCOMP_RET_ERRNO;
        long result = Libc.Call(Syscall.seccomp, Libc.SECCOMP_GET_ACTION_AVAIL, 0, (nint)(&action));
        return result == 0 ? Availability.Available : Availability.Missing;
    }

    private static Availability Of(long result) => result switch
    {
        -Errno.ENOSYS => Availability.Missing,
        -Errno.EPERM => Availability.Denied,
        _ => Availability.Available,
    };
}
