using System.Runtime.InteropServices;
using Coracle.Kernel.Handles;

namespace Coracle.Kernel.Interop;

// fcntl.h, unistd.h: the calls that take a directory and a name of bytes.
internal static unsafe partial class Libc
{
    internal const int AT_SYMLINK_FOLLOW = 0x400;

    internal const int SEEK_SET = 0;
    internal const int SEEK_DATA = 3;
    internal const int SEEK_HOLE = 4;

    internal const uint RENAME_NOREPLACE = 1;
    internal const uint RENAME_EXCHANGE = 2;

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int openat(FileDescriptor directory, byte* path, int flags, uint mode);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int unlinkat(FileDescriptor directory, byte* path, int flags);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int symlinkat(byte* target, FileDescriptor directory, byte* path);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int linkat(
        FileDescriptor fromDirectory, byte* from, FileDescriptor toDirectory, byte* to, int flags);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial nint readlinkat(FileDescriptor directory, byte* path, byte* buffer, nint size);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int fchownat(FileDescriptor directory, byte* path, uint owner, uint group, int flags);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int fchown(int fd, uint owner, uint group);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial nint pread(int fd, byte* buffer, nint count, long offset);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial nint pwrite(int fd, byte* buffer, nint count, long offset);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int ftruncate(int fd, long length);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial long lseek(int fd, long offset, int whence);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int fdatasync(int fd);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int syncfs(int fd);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    internal static partial int chdir(string path);
}
