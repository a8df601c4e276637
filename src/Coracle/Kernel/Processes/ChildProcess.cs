using System.Runtime.CompilerServices;
using Coracle.Kernel.Errors;
using Coracle.Kernel.Handles;
using Coracle.Kernel.Interop;

namespace Coracle.Kernel.Processes;

/// <summary>What can be done with a child process of this process. A child that is not reaped keeps its pid.</summary>
internal static unsafe class ChildProcess
{
    /// <summary>Whether the kernel reaps children by itself, so that nobody learns how they ended.</summary>
    internal static bool AreReapedByKernel
    {
        get
        {
            byte* action = stackalloc byte[Libc.SizeOfSigaction];
            if (Libc.sigaction(Libc.SIGCHLD, null, action) != 0)
                throw Errno.LastFailure("read the action of SIGCHLD");
            return *(nint*)action == Libc.SIG_IGN
                || (*(int*)(action + Libc.OffsetOfSigactionFlags) & Libc.SA_NOCLDWAIT) != 0;
        }
    }

    /// <summary>A descriptor of a child. The pid must be that of an unreaped child: then it can't be anybody else's.</summary>
    internal static FileDescriptor Open(int pid) =>
        FileDescriptor.FromResult(Libc.Call(Syscall.pidfd_open, pid), "open process");

    /// <summary>Whether this is a child of ours that was not reaped yet.</summary>
    internal static bool IsOurs(int pid)
    {
        Libc.siginfo info;
        return Wait(Libc.P_PID, pid, &info, Libc.WEXITED | Libc.WNOHANG | Libc.WNOWAIT) == 0;
    }

    /// <summary>Whether a child has ended. It stays to be reaped.</summary>
    internal static bool HasEnded(int pid)
    {
        Libc.siginfo info = default; // without anything to tell, the kernel leaves it zero
        return Wait(Libc.P_PID, pid, &info, Libc.WEXITED | Libc.WNOHANG | Libc.WNOWAIT | Libc.WALL) != 0 || info.si_signo != 0;
    }

    /// <summary>Whether a child has ended, reaped or not.</summary>
    internal static bool HasEnded(FileDescriptor process)
    {
        Libc.siginfo info = default;
        int errno = Wait(Libc.P_PIDFD, process.Number, &info, Libc.WEXITED | Libc.WNOHANG | Libc.WNOWAIT | Libc.WALL);
        return errno != 0 || info.si_signo != 0;
    }

    /// <summary>Opens the root directory of a child as the child sees it; null if the child has ended, or is about to.</summary>
    /// <param name="pid">Its pid.</param>
    /// <param name="process">A descriptor of it.</param>
    internal static FileDescriptor? OpenRoot(int pid, FileDescriptor process)
    {
        string path = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"/proc/{pid}/root");
        int fd = Libc.openat(Libc.AT_FDCWD, path, Libc.O_PATH | Libc.O_DIRECTORY | Libc.O_CLOEXEC, 0);
        int errno = Errno.Last;
        // Looked at afterwards: as long as it lives, the pid was its own when the directory was opened. A process that is ending
        // lets go of its root before it has ended.
        if (HasEnded(process) || (fd < 0 && errno is Errno.ENOENT or Errno.ESRCH))
        {
            if (fd >= 0)
                _ = Libc.close(fd);
            return null;
        }
        return fd >= 0 ? new FileDescriptor(fd) : throw Errno.Failure(errno, "open root of process", path);
    }

    /// <summary>Kills the process group that a child leads. The child must not be reaped yet.</summary>
    internal static void KillGroup(int pid) => _ = Libc.kill(-pid, Libc.SIGKILL);

    /// <summary>Kills a child by its pid. It must not be reaped yet.</summary>
    internal static void Kill(int pid) => _ = Libc.kill(pid, Libc.SIGKILL);

    /// <summary>Sends a signal.</summary>
    /// <returns>False if the process has ended.</returns>
    internal static bool Signal(FileDescriptor process, Signal signal)
    {
        long result = Libc.Call(Syscall.pidfd_send_signal, process.Number, signal.Number);
        return result switch
        {
            0 => true,
            -Errno.ESRCH => false,
            _ => throw Errno.Failure((int)-result, "signal process", signal.ToString()),
        };
    }

    /// <summary>Waits until a child has ended, and reaps it. Blocks: only for one that is about to end.</summary>
    /// <returns>How it ended; null if somebody else has reaped it.</returns>
    internal static ExitStatus? Reap(int pid)
    {
        Unsafe.SkipInit(out Libc.siginfo info);
        int errno = Wait(Libc.P_PID, pid, &info, Libc.WEXITED | Libc.WALL);
        return errno == 0 ? StatusOf(in info) : null;
    }

    /// <summary>Reaps a child that has ended: its descriptor is readable.</summary>
    /// <returns>How it ended; null if somebody else has reaped it and the kernel does not remember (before 6.15).</returns>
    internal static ExitStatus? Reap(FileDescriptor process)
    {
        Unsafe.SkipInit(out Libc.siginfo info);
        int errno = Wait(Libc.P_PIDFD, process.Number, &info, Libc.WEXITED | Libc.WALL);
        return errno switch
        {
            0 => StatusOf(in info),
            Errno.ECHILD => Remembered(process),
            _ => throw Errno.Failure(errno, "wait for process"),
        };
    }

    /// <summary>A descriptor of the mount namespace of a process; null if the kernel can't tell (before 6.11) or it is
    /// gone.</summary>
    internal static FileDescriptor? OpenMountNamespace(FileDescriptor process)
    {
        int fd = Libc.ioctl(process.Number, Libc.PIDFD_GET_MNT_NAMESPACE, null);
        return fd >= 0 ? new FileDescriptor(fd) : null;
    }

    private static ExitStatus? Remembered(FileDescriptor process)
    {
        Libc.pidfd_info info = new() { mask = Libc.PIDFD_INFO_EXIT };
        if (Libc.ioctl(process.Number, Libc.PIDFD_GET_INFO, &info) != 0 || (info.mask & Libc.PIDFD_INFO_EXIT) == 0)
            return null;
        // The form of wait(2): the signal in the low seven bits, the code above them.
        int signal = info.exit_code & 0x7F;
        return signal == 0 ? ExitStatus.FromCode((info.exit_code >> 8) & 0xFF) : ExitStatus.FromSignal(new Signal(signal));
    }

    private static ExitStatus StatusOf(in Libc.siginfo info) => info.si_code == Libc.CLD_EXITED
        ? ExitStatus.FromCode(info.si_status & 0xFF)
        : ExitStatus.FromSignal(new Signal(info.si_status & 0x7F));

    private static int Wait(int idType, int id, Libc.siginfo* info, int options)
    {
        while (true)
        {
            if (Libc.waitid(idType, id, info, options) == 0)
                return 0;
            int errno = Errno.Last;
            if (errno != Errno.EINTR)
                return errno;
        }
    }
}
