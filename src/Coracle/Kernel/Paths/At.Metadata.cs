using Coracle.Kernel.Handles;
using Coracle.Kernel.Interop;

namespace Coracle.Kernel.Paths;

internal static unsafe partial class At
{
    /// <summary>statx(2) without following a link in the last part. An empty name stands for the directory itself.</summary>
    internal static int Status(FileDescriptor directory, ReadOnlySpan<byte> name, out FileStatus status)
    {
        byte* path = stackalloc byte[name.Length + 1];
        Terminate(name, path);
        Libc.statx_buffer buffer = default;
        bool referenced = false;
        directory.DangerousAddRef(ref referenced);
        int flags = Libc.AT_SYMLINK_NOFOLLOW | (name.IsEmpty ? Libc.AT_EMPTY_PATH : 0);
        int result = (int)Libc.Call(
            Syscall.statx, directory.Number, (nint)path, flags, Libc.STATX_BASIC_STATS, (nint)(&buffer));
        directory.DangerousRelease();
        status = result < 0 ? default : new FileStatus
        {
            Mode = buffer.stx_mode,
            Uid = buffer.stx_uid,
            Gid = buffer.stx_gid,
            Inode = buffer.stx_ino,
            Device = ((ulong)buffer.stx_dev_major << 32) | buffer.stx_dev_minor,
            Links = buffer.stx_nlink,
            Size = (long)buffer.stx_size,
            Blocks = (long)buffer.stx_blocks,
            ModifiedSeconds = buffer.stx_mtime.tv_sec,
            ModifiedNanoseconds = buffer.stx_mtime.tv_nsec,
            SpecialMajor = buffer.stx_rdev_major,
            SpecialMinor = buffer.stx_rdev_minor,
        };
        return result;
    }

    /// <summary>readlinkat(2): the bytes of the link's target that fit.</summary>
    internal static int ReadLink(FileDescriptor directory, ReadOnlySpan<byte> name, Span<byte> target)
    {
        byte* path = stackalloc byte[name.Length + 1];
        Terminate(name, path);
        fixed (byte* buffer = target)
            return Result((int)Libc.readlinkat(directory, path, buffer, target.Length));
    }

    /// <summary>fchownat(2). A link in the last part is not followed.</summary>
    internal static int SetOwner(FileDescriptor directory, ReadOnlySpan<byte> name, uint uid, uint gid)
    {
        byte* path = stackalloc byte[name.Length + 1];
        Terminate(name, path);
        int flags = Libc.AT_SYMLINK_NOFOLLOW | (name.IsEmpty ? Libc.AT_EMPTY_PATH : 0);
        return Result(Libc.fchownat(directory, path, uid, gid, flags));
    }

    /// <summary>fchmodat(2). The kernel follows a link in the last part: only for names known not to be one.</summary>
    internal static int SetMode(FileDescriptor directory, ReadOnlySpan<byte> name, uint mode)
    {
        byte* path = stackalloc byte[name.Length + 1];
        Terminate(name, path);
        return Result(Libc.fchmodat(directory, path, mode, 0));
    }

    /// <summary>utimensat(2): sets the modification time. A link in the last part is not followed.</summary>
    internal static int SetModified(FileDescriptor directory, ReadOnlySpan<byte> name, long seconds, uint nanoseconds)
    {
        byte* path = stackalloc byte[name.Length + 1];
        Terminate(name, path);
        Libc.timespec_t* times = stackalloc Libc.timespec_t[2];
        WriteTimes(times, seconds, nanoseconds);
        return Result(Libc.utimensat(directory, path, times, Libc.AT_SYMLINK_NOFOLLOW));
    }

    /// <summary>The access time follows the modification time, so that two unpackings of a layer give the same bytes.</summary>
    internal static void WriteTimes(Libc.timespec_t* times, long seconds, uint nanoseconds)
    {
        times[0] = new Libc.timespec_t { tv_sec = seconds, tv_nsec = nanoseconds };
        times[1] = times[0];
    }
}
