using System.Runtime.InteropServices;

namespace Coracle.Kernel.Interop;

// sched.h, linux/close_range.h, sys/prctl.h, linux/seccomp.h, linux/capability.h: the constants of launch plans
internal static unsafe partial class Libc
{
    internal const ulong CLONE_VM = 0x100;
    internal const ulong CLONE_VFORK = 0x4000;
    internal const ulong CLONE_PARENT = 0x8000;
    internal const ulong CLONE_NEWNS = 0x20000;
    internal const ulong CLONE_PARENT_SETTID = 0x100000;
    internal const ulong CLONE_NEWCGROUP = 0x2000000;
    internal const ulong CLONE_NEWUTS = 0x4000000;
    internal const ulong CLONE_NEWIPC = 0x8000000;
    internal const ulong CLONE_NEWPID = 0x20000000;
    internal const ulong CLONE_NEWNET = 0x40000000;
    internal const ulong CLONE_CLEAR_SIGHAND = 0x100000000;
    internal const int SizeOfCloneArguments = 88;

    // Without errno: see Spawner.
    [LibraryImport(Library)]
    internal static partial int setns(int fd, int type);

    internal const int CLOSE_RANGE_CLOEXEC = 4;

    internal const int PR_SET_PDEATHSIG = 1;
    internal const int PR_SET_DUMPABLE = 4;
    internal const int PR_SET_KEEPCAPS = 8;
    internal const int PR_CAPBSET_DROP = 24;
    internal const int PR_SET_NO_NEW_PRIVS = 38;
    internal const int PR_CAP_AMBIENT = 47;
    internal const int PR_CAP_AMBIENT_RAISE = 2;
    internal const int PR_CAP_AMBIENT_CLEAR_ALL = 4;

    internal const int SECCOMP_SET_MODE_FILTER = 1;
    internal const int SECCOMP_GET_ACTION_AVAIL = 2;
    internal const uint SECCOMP_RET_ERRNO = 0x00050000;

    internal const uint LINUX_CAPABILITY_VERSION_3 = 0x20080522;

    internal const int KEYCTL_JOIN_SESSION_KEYRING = 1;
}
