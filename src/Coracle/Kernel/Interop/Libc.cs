using System.Runtime.InteropServices;

namespace Coracle.Kernel.Interop;

/// <summary>
/// The bindings to libc, one file a C header. Raw: they return what C returns, and errno is read by
/// <see cref="Marshal.GetLastPInvokeError"/> on the next statement.
/// </summary>
internal static unsafe partial class Libc
{
    private const string Library = "libc";

    /// <summary>syscall(2): what libc has no function for, or not in every version that we meet.</summary>
    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
    internal static partial long syscall(
        long number, long a0 = 0, long a1 = 0, long a2 = 0, long a3 = 0, long a4 = 0, long a5 = 0);

    /// <summary>syscall(2), returning the negated errno on failure as the kernel itself does.</summary>
    internal static long Call(
        uint number, long a0 = 0, long a1 = 0, long a2 = 0, long a3 = 0, long a4 = 0, long a5 = 0)
    {
        long result = syscall(number, a0, a1, a2, a3, a4, a5);
        return result == -1 ? -Marshal.GetLastPInvokeError() : result;
    }

    /// <summary>syscall(2) by name, returning the negated errno on failure as the kernel itself does.</summary>
    internal static long Call(
        Syscall call, long a0 = 0, long a1 = 0, long a2 = 0, long a3 = 0, long a4 = 0, long a5 = 0) =>
        Call(SyscallNumber.Of(call), a0, a1, a2, a3, a4, a5);
}
