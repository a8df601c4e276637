using Coracle.Kernel.Interop;

namespace Coracle.Kernel.Paths;

/// <summary>What statx(2) says about a file.</summary>
internal readonly record struct FileStatus
{
    /// <summary>Type and permission bits.</summary>
    internal required uint Mode { get; init; }

    internal required uint Uid { get; init; }

    internal required uint Gid { get; init; }

    internal required ulong Inode { get; init; }

    /// <summary>The device that the file lies on, major number in the upper half.</summary>
    internal required ulong Device { get; init; }

    internal required uint Links { get; init; }

    internal required long Size { get; init; }

    /// <summary>512-byte blocks that are allocated.</summary>
    internal required long Blocks { get; init; }

    internal required long ModifiedSeconds { get; init; }

    internal required uint ModifiedNanoseconds { get; init; }

    /// <summary>The device that a device file stands for.</summary>
    internal required uint SpecialMajor { get; init; }

    internal required uint SpecialMinor { get; init; }

    /// <summary>The type bits of <see cref="Mode"/>.</summary>
    internal uint Type => Mode & Libc.S_IFMT;

    internal bool IsDirectory => Type == Libc.S_IFDIR;

    internal bool IsRegular => Type == Libc.S_IFREG;

    internal bool IsSymbolicLink => Type == Libc.S_IFLNK;

    /// <summary>Whether it is overlay's mark for a name that is hidden: a character device 0/0.</summary>
    internal bool IsWhiteout => Type == Libc.S_IFCHR && SpecialMajor == 0 && SpecialMinor == 0;
}
