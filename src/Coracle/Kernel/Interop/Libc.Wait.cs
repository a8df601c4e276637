using System.Runtime.InteropServices;

namespace Coracle.Kernel.Interop;

// sys/wait.h, signal.h, linux/pidfd.h
internal static unsafe partial class Libc
{
    internal const int P_PID = 1;
    internal const int P_PIDFD = 3;

    internal const int WNOHANG = 1;
    internal const int WEXITED = 4;
    internal const int WNOWAIT = 0x01000000;
    internal const int WALL = 0x40000000; // __WALL

    internal const int CLD_EXITED = 1;

    internal const int SIGKILL = 9;
    internal const int SIGCHLD = 17;

    internal const nint SIG_IGN = 1;
    internal const int SIG_BLOCK = 0;
    internal const int SIG_SETMASK = 2;
    internal const int SA_NOCLDWAIT = 2;

    // struct sigaction begins with the handler in every libc of 64 bits; glibc and musl put the flags behind the mask.
    internal const int SizeOfSigaction = 152;
    internal const int OffsetOfSigactionFlags = 136;

    internal const ulong PIDFD_INFO_EXIT = 1 << 3;
    internal const uint PIDFD_GET_INFO = 0xC040FF0B;
    internal const uint PIDFD_GET_MNT_NAMESPACE = 0xFF03;

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int waitid(int idType, int id, siginfo* info, int options);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int sigaction(int signal, byte* action, byte* oldAction);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int kill(int pid, int signal);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int ioctl(int fd, nuint request, void* argument);

    /// <summary>siginfo_t as waitid(2) fills it.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 128)]
    internal struct siginfo
    {
        internal int si_signo;
        internal int si_errno;
        internal int si_code;
        private readonly int _padding;
        internal int si_pid;
        internal uint si_uid;
        internal int si_status;
    }

    /// <summary>struct pidfd_info.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 64)]
    internal struct pidfd_info
    {
        internal ulong mask;
        private readonly ulong _cgroupId;
        private fixed uint _ids[11];
        internal int exit_code;
    }
}
