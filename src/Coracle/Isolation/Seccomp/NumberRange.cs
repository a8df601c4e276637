namespace Coracle.Isolation.Seccomp;

/// <summary>A range of system call numbers that goes up to the next one.</summary>
/// <param name="Start">Its first number.</param>
/// <param name="Decision">What happens in it.</param>
internal sealed record NumberRange(uint Start, SyscallDecision Decision);
