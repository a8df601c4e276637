using System.Runtime.InteropServices;
using Coracle.Kernel.Handles;

namespace Coracle.Kernel.Interop;

// sys/stat.h, linux/stat.h
internal static unsafe partial class Libc
{
    internal const uint S_IFMT = 0xF000;
    internal const uint S_IFSOCK = 0xC000;
    internal const uint S_IFLNK = 0xA000;
    internal const uint S_IFREG = 0x8000;
    internal const uint S_IFBLK = 0x6000;
    internal const uint S_IFDIR = 0x4000;
    internal const uint S_IFCHR = 0x2000;
    internal const uint S_IFIFO = 0x1000;

    internal const long UTIME_NOW = 0x3fffffff;
    internal const long UTIME_OMIT = 0x3ffffffe;

    internal const uint STATX_BASIC_STATS = 0x7ff;

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int mkdirat(FileDescriptor directory, byte* path, uint mode);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int fchmod(int fd, uint mode);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int fchmodat(FileDescriptor directory, byte* path, uint mode, int flags);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int utimensat(FileDescriptor directory, byte* path, timespec_t* times, int flags);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int futimens(int fd, timespec_t* times);

    internal struct timespec_t
    {
        internal long tv_sec;
        internal long tv_nsec;
    }

    internal struct statx_timestamp
    {
        internal long tv_sec;
        internal uint tv_nsec;
        private readonly int _reserved;
    }

    /// <summary>struct statx: the one stat structure that is the same on every architecture.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 256)]
    internal struct statx_buffer
    {
        internal uint stx_mask;
        internal uint stx_blksize;
        internal ulong stx_attributes;
        internal uint stx_nlink;
        internal uint stx_uid;
        internal uint stx_gid;
        internal ushort stx_mode;
        private readonly ushort _spare;
        internal ulong stx_ino;
        internal ulong stx_size;
        internal ulong stx_blocks;
        internal ulong stx_attributes_mask;
        internal statx_timestamp stx_atime;
        internal statx_timestamp stx_btime;
        internal statx_timestamp stx_ctime;
        internal statx_timestamp stx_mtime;
        internal uint stx_rdev_major;
        internal uint stx_rdev_minor;
        internal uint stx_dev_major;
        internal uint stx_dev_minor;
    }
}
