namespace Coracle.Kernel.Interop;

// sys/syscall.h: the numbers of what libc has no function for in every version that we meet.
internal static unsafe partial class Libc
{
    // From 424 on the numbers are the same everywhere.
    internal const uint SYS_open_tree = 428;
    internal const uint SYS_move_mount = 429;
    internal const uint SYS_fsopen = 430;
    internal const uint SYS_fsconfig = 431;
    internal const uint SYS_fsmount = 432;
    internal const uint SYS_openat2 = 437;
    internal const uint SYS_mount_setattr = 442;

    internal static uint SYS_mknodat => IsArm64 ? 33u : 259u;

    internal static uint SYS_getdents64 => IsArm64 ? 61u : 217u;

    internal static uint SYS_renameat2 => IsArm64 ? 276u : 316u;

    internal static uint SYS_statx => IsArm64 ? 291u : 332u;
}
