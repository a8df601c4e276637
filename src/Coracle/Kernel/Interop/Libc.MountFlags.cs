namespace Coracle.Kernel.Interop;

// sys/mount.h, linux/mount.h: the flags that only launch plans use
internal static unsafe partial class Libc
{
    internal const ulong MS_NOSUID = 0x2;
    internal const ulong MS_NODEV = 0x4;
    internal const ulong MS_NOEXEC = 0x8;
    internal const ulong MS_SYNCHRONOUS = 0x10;
    internal const ulong MS_REMOUNT = 0x20;
    internal const ulong MS_MANDLOCK = 0x40;
    internal const ulong MS_DIRSYNC = 0x80;
    internal const ulong MS_NOSYMFOLLOW = 0x100;
    internal const ulong MS_NOATIME = 0x400;
    internal const ulong MS_NODIRATIME = 0x800;
    internal const ulong MS_BIND = 0x1000;
    internal const ulong MS_UNBINDABLE = 0x20000;
    internal const ulong MS_SLAVE = 0x80000;
    internal const ulong MS_SHARED = 0x100000;
    internal const ulong MS_RELATIME = 0x200000;
    internal const ulong MS_STRICTATIME = 0x1000000;
    internal const ulong MS_LAZYTIME = 0x2000000;

    internal const ulong MOUNT_ATTR_RDONLY = 0x01;
    internal const ulong MOUNT_ATTR_NOSUID = 0x02;
    internal const ulong MOUNT_ATTR_NODEV = 0x04;
    internal const ulong MOUNT_ATTR_NOEXEC = 0x08;
    internal const ulong MOUNT_ATTR__ATIME = 0x70;
    internal const ulong MOUNT_ATTR_NOATIME = 0x10;
    internal const ulong MOUNT_ATTR_STRICTATIME = 0x20;
    internal const ulong MOUNT_ATTR_NODIRATIME = 0x80;
    internal const ulong MOUNT_ATTR_NOSYMFOLLOW = 0x200000;
}
