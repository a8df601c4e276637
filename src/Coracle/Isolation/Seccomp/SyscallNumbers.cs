namespace Coracle.Isolation.Seccomp;

/// <summary>
/// The system calls of each architecture as text: a number followed by a colon, then the names from that number on. Up to
/// Linux 6.18. Two names of one number are written as two runs.
/// </summary>
internal static partial class SyscallNumbers
{
}
