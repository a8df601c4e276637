namespace Coracle.Kernel.Interop;

/// <summary>The number of a system call on an architecture.</summary>
internal static class SyscallNumber
{
    /// <summary>The number on this machine's architecture.</summary>
    internal static uint Of(Syscall call) => Of(call, Libc.IsArm64);

    /// <summary>The number on arm64, or else on x64.</summary>
    internal static uint Of(Syscall call, bool arm64) => arm64 ? (uint)call >> 16 : (uint)call & 0xFFFF;
}
