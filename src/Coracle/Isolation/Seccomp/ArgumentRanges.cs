namespace Coracle.Isolation.Seccomp;

/// <summary>
/// A decision that depends on one argument only, by order: as ranges, which a search tests with far fewer instructions than
/// a chain of rules (the address families of socket(2) are two dozen rules).
/// </summary>
internal sealed class ArgumentRanges
{
    private ArgumentRanges(int index, ArgumentRange[] starts, SeccompAction above32Bits)
    {
        Index = index;
        Starts = starts;
        Above32Bits = above32Bits;
    }

    /// <summary>Which argument.</summary>
    internal int Index { get; }

    /// <summary>Where ranges of the low half begin while the high half is zero, the first at 0.</summary>
    internal ArgumentRange[] Starts { get; }

    /// <summary>What happens when the high half is not zero.</summary>
    internal SeccompAction Above32Bits { get; }

    /// <summary>The ranges; null where the rules are not of that kind.</summary>
    internal static ArgumentRanges? TryMake(SyscallDecision decision)
    {
        int index = decision.Rules[0].Conditions[0].Index;
        List<ulong> bounds = [0];
        foreach (SyscallRule rule in decision.Rules)
        {
            if (rule.Conditions is not [{ Operator: not ArgumentOperator.MaskedEqual } condition] || condition.Index != index)
                return null;
            // The values above 32 bits must all be alike.
            if (condition.Operand > uint.MaxValue)
                return null;
            bounds.Add(condition.Operand);
            bounds.Add(condition.Operand + 1);
        }
        bounds.Sort();
        List<ArgumentRange> starts = [];
        foreach (ulong bound in bounds)
        {
            SeccompAction action = ActionFor(decision, bound);
            if (bound <= uint.MaxValue && (starts.Count == 0 || starts[^1].Action.Value != action.Value))
                starts.Add(new ArgumentRange((uint)bound, action));
        }
        return new ArgumentRanges(index, [.. starts], ActionFor(decision, 1UL << 32));
    }

    private static SeccompAction ActionFor(SyscallDecision decision, ulong argument)
    {
        foreach (SyscallRule rule in decision.Rules)
        {
            if (rule.Conditions[0].Holds(argument))
                return rule.Action;
        }
        return decision.Fallback;
    }
}
