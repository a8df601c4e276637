namespace Coracle.Isolation.Seccomp;

/// <summary>What happens to one system call: the first rule that matches decides, or else the fallback.</summary>
/// <param name="Fallback">The action when no rule matches.</param>
/// <param name="Rules">Rules with conditions, the first first.</param>
internal sealed record SyscallDecision(SeccompAction Fallback, SyscallRule[] Rules)
{
    internal bool IsConstant => Rules.Length == 0;

    /// <summary>A decision that no argument changes.</summary>
    internal static SyscallDecision Always(SeccompAction action) => new(action, []);

    /// <summary>Whether both always do the same.</summary>
    internal bool SameConstant(SyscallDecision other) =>
        IsConstant && other.IsConstant && Fallback.Value == other.Fallback.Value;
}
