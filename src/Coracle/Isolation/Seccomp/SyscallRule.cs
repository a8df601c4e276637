namespace Coracle.Isolation.Seccomp;

/// <summary>An action for a system call whose arguments meet conditions.</summary>
/// <param name="Action">The action.</param>
/// <param name="Conditions">Conditions that must all hold; none for every call.</param>
internal sealed record SyscallRule(SeccompAction Action, ArgumentCondition[] Conditions);
