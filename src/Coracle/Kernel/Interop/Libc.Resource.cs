using System.Runtime.InteropServices;

namespace Coracle.Kernel.Interop;

// sys/resource.h
internal static unsafe partial class Libc
{
    internal const int PRIO_PROCESS = 0;

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int setpriority(int which, uint who, int priority);
}
