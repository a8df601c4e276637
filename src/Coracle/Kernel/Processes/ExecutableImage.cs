using Coracle.Kernel.Errors;
using Coracle.Kernel.Handles;
using Coracle.Kernel.Interop;

namespace Coracle.Kernel.Processes;

/// <summary>
/// A program in a fresh file without a name. Fresh, because two processes that run one file share its page cache: what one
/// could make of it (a kernel bug is enough) the other would execute.
/// </summary>
internal static class ExecutableImage
{
    private const uint ReadAndExecute = 0x140; // 0500
    private static volatile bool _memoryFilesForbidden;

    /// <summary>Makes the file. It is sealed: nobody can write to it any more.</summary>
    /// <param name="name">The name shown in /proc.</param>
    /// <param name="program">The bytes.</param>
    internal static FileDescriptor Create(string name, ReadOnlySpan<byte> program)
    {
        if (!_memoryFilesForbidden && TryCreateInMemory(name, program) is { } image)
            return image;
        // vm.memfd_noexec=2 and security modules forbid it for good: so ask only once.
        _memoryFilesForbidden = true;
        return CreateUnnamed(Path.GetTempPath(), program);
    }

    private static unsafe FileDescriptor? TryCreateInMemory(string name, ReadOnlySpan<byte> program)
    {
        const uint Flags = Libc.MFD_CLOEXEC | Libc.MFD_ALLOW_SEALING;
        byte* nativeName = stackalloc byte[(name.Length * 3) + 1];
        nativeName[System.Text.Encoding.UTF8.GetBytes(name, new Span<byte>(nativeName, name.Length * 3))] = 0;
        long result = Libc.Call(Syscall.memfd_create, (long)nativeName, Flags | Libc.MFD_EXEC);
        if (result == -Errno.EINVAL) // before 6.3 there was no such flag, and all of them were executable
            result = Libc.Call(Syscall.memfd_create, (long)nativeName, Flags);
        if (result is -Errno.EACCES or -Errno.EPERM or -Errno.ENOSYS)
            return null;
        FileDescriptor image = FileDescriptor.FromResult(result, "memfd_create", name);
        Write(image, program);
        const int Seals = Libc.F_SEAL_SEAL | Libc.F_SEAL_SHRINK | Libc.F_SEAL_GROW | Libc.F_SEAL_WRITE;
        if (Libc.fcntl(image.Number, Libc.F_ADD_SEALS, Seals | Libc.F_SEAL_EXEC) < 0
            && Libc.fcntl(image.Number, Libc.F_ADD_SEALS, Seals) < 0)
        {
            int errno = Errno.Last;
            image.Dispose();
            throw Errno.Failure(errno, "seal", name);
        }

        return image;
    }

    /// <summary>A file that never had a name, opened for reading alone.</summary>
    internal static FileDescriptor CreateUnnamed(string directory, ReadOnlySpan<byte> program)
    {
        // A file that is open for writing can't be executed: so open it again, and close the writer.
        using FileDescriptor writer = FileDescriptor.FromResult(
            Libc.openat(Libc.AT_FDCWD, directory, Libc.O_TMPFILE | Libc.O_RDWR | Libc.O_CLOEXEC, ReadAndExecute),
            "create executable file", directory);
        Write(writer, program);
        return FileDescriptor.FromResult(
            Libc.openat(Libc.AT_FDCWD, $"/proc/self/fd/{writer.Number}", Libc.O_RDONLY | Libc.O_CLOEXEC, 0),
            "open executable file", directory);
    }

    private static unsafe void Write(FileDescriptor file, ReadOnlySpan<byte> program)
    {
        fixed (byte* bytes = program)
        {
            if (Libc.write(file.Number, bytes, program.Length) == program.Length)
                return;
        }

        int errno = Errno.Last;
        file.Dispose();
        throw Errno.Failure(errno, "write executable file");
    }
}
