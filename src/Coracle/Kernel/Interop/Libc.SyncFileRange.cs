using System.Runtime.InteropServices;

namespace Coracle.Kernel.Interop;

// fcntl.h, the part that is Linux only
internal static unsafe partial class Libc
{
    internal const uint SYNC_FILE_RANGE_WRITE = 2;

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int sync_file_range(int fd, long offset, long count, uint flags);
}
