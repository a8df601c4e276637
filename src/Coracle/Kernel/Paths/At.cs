using Coracle.Kernel.Errors;
using Coracle.Kernel.Handles;
using Coracle.Kernel.Interop;

namespace Coracle.Kernel.Paths;

/// <summary>
/// The system calls that take a directory and a name, with names as bytes. They answer as the kernel does: the result, or the
/// negated errno, because their callers expect some failures and must not pay an exception for them.
/// </summary>
internal static unsafe partial class At
{
    /// <summary>Stands for the working directory, and for none where the name is absolute.</summary>
    internal static FileDescriptor WorkingDirectory { get; } = new(Libc.AT_FDCWD);

    /// <summary>openat(2), returning a descriptor number that the caller owns.</summary>
    internal static int OpenNumber(FileDescriptor directory, ReadOnlySpan<byte> name, int flags, uint mode = 0)
    {
        byte* path = stackalloc byte[name.Length + 1];
        Terminate(name, path);
        int result;
        do
            result = Result(Libc.openat(directory, path, flags | Libc.O_CLOEXEC, mode));
        while (result == -Errno.EINTR);
        return result;
    }

    /// <summary>openat(2). The descriptor is null if it failed.</summary>
    internal static int Open(FileDescriptor directory, ReadOnlySpan<byte> name, int flags, out FileDescriptor? opened)
    {
        int result = OpenNumber(directory, name, flags);
        opened = result >= 0 ? new FileDescriptor(result) : null;
        return result;
    }

    /// <summary>openat2(2). The descriptor is null if it failed.</summary>
    internal static int Open(
        FileDescriptor directory, ReadOnlySpan<byte> name, int flags, ulong resolve, out FileDescriptor? opened)
    {
        byte* path = stackalloc byte[name.Length + 1];
        Terminate(name, path);
        Libc.open_how how = new() { flags = (uint)(flags | Libc.O_CLOEXEC), resolve = resolve };
        bool referenced = false;
        directory.DangerousAddRef(ref referenced);
        int result;
        do
        {
            result = (int)Libc.Call(
                Syscall.openat2, directory.Number, (nint)path, (nint)(&how), sizeof(Libc.open_how));
        }
        while (result is -Errno.EINTR or -Errno.EAGAIN);
        directory.DangerousRelease();
        opened = result >= 0 ? new FileDescriptor(result) : null;
        return result;
    }

    internal static int MakeDirectory(FileDescriptor directory, ReadOnlySpan<byte> name, uint mode)
    {
        byte* path = stackalloc byte[name.Length + 1];
        Terminate(name, path);
        return Result(Libc.mkdirat(directory, path, mode));
    }

    internal static int MakeSymbolicLink(FileDescriptor directory, ReadOnlySpan<byte> name, ReadOnlySpan<byte> target)
    {
        byte* path = stackalloc byte[name.Length + 1];
        Terminate(name, path);
        byte* text = stackalloc byte[target.Length + 1];
        Terminate(target, text);
        return Result(Libc.symlinkat(text, directory, path));
    }

    /// <summary>linkat(2). A symbolic link is linked itself, not followed.</summary>
    internal static int MakeHardLink(
        FileDescriptor fromDirectory, ReadOnlySpan<byte> from, FileDescriptor toDirectory, ReadOnlySpan<byte> to)
    {
        byte* source = stackalloc byte[from.Length + 1];
        Terminate(from, source);
        byte* path = stackalloc byte[to.Length + 1];
        Terminate(to, path);
        return Result(Libc.linkat(fromDirectory, source, toDirectory, path, 0));
    }

    /// <summary>mknodat(2).</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="name">The name in it.</param>
    /// <param name="mode">Type and permission bits.</param>
    /// <param name="major">The major device number, below 4096.</param>
    /// <param name="minor">The minor device number, below 2^20.</param>
    internal static int MakeNode(FileDescriptor directory, ReadOnlySpan<byte> name, uint mode, uint major, uint minor)
    {
        byte* path = stackalloc byte[name.Length + 1];
        Terminate(name, path);
        uint device = (minor & 0xff) | (major << 8) | ((minor & ~0xffu) << 12);
        bool referenced = false;
        directory.DangerousAddRef(ref referenced);
        int result = (int)Libc.Call(Syscall.mknodat, directory.Number, (nint)path, mode, device);
        directory.DangerousRelease();
        return result;
    }

    internal static int Unlink(FileDescriptor directory, ReadOnlySpan<byte> name, int flags = 0)
    {
        byte* path = stackalloc byte[name.Length + 1];
        Terminate(name, path);
        return Result(Libc.unlinkat(directory, path, flags));
    }

    internal static int Rename(
        FileDescriptor fromDirectory, ReadOnlySpan<byte> from, FileDescriptor toDirectory, ReadOnlySpan<byte> to, uint flags = 0)
    {
        byte* source = stackalloc byte[from.Length + 1];
        Terminate(from, source);
        byte* path = stackalloc byte[to.Length + 1];
        Terminate(to, path);
        bool fromReferenced = false, toReferenced = false;
        fromDirectory.DangerousAddRef(ref fromReferenced);
        toDirectory.DangerousAddRef(ref toReferenced);
        int result = (int)Libc.Call(
            Syscall.renameat2, fromDirectory.Number, (nint)source, toDirectory.Number, (nint)path, flags);
        toDirectory.DangerousRelease();
        fromDirectory.DangerousRelease();
        return result;
    }

    private static int Result(int result) => result == -1 ? -Errno.Last : result;

    // A zero inside a name would silently end it: whoever passes one has not checked its input.
    private static void Terminate(ReadOnlySpan<byte> name, byte* buffer)
    {
        if (name.Contains((byte)0))
            throw Errno.Failure(Errno.EINVAL, "use file name", "a name with a zero byte");
        name.CopyTo(new Span<byte>(buffer, name.Length));
        buffer[name.Length] = 0;
    }
}
