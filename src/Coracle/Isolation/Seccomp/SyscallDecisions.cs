using Coracle.Isolation.Spec;

namespace Coracle.Isolation.Seccomp;

/// <summary>
/// A profile worked out for one architecture, as ranges of system call numbers. A rule without conditions holds where none
/// with conditions matches; of several that match, the first written holds.
/// </summary>
internal sealed class SyscallDecisions
{
    private readonly SortedDictionary<uint, SyscallDecision> _byNumber = [];
    private readonly HashSet<uint> _decided = [];
    private readonly SyscallDecision _default;
    private readonly SyscallDecision _newer;

    internal SyscallDecisions(LinuxSeccomp profile, SeccompArchitecture architecture)
    {
        SeccompAction action = SeccompAction.From(profile.DefaultAction, profile.DefaultErrnoRet);
        _default = SyscallDecision.Always(action);
        // A call that is newer than the profile must fail as on an older kernel, or libc does not fall back to the older one.
        _newer = action.IsPermissive ? _default : SyscallDecision.Always(SeccompAction.NoSuchCall);
        foreach (LinuxSyscall syscall in profile.Syscalls)
        {
            List<SyscallRule> rules = RulesOf(syscall, architecture);
            foreach (string name in syscall.Names)
            {
                if (architecture.Table.TryGetNumber(name, out uint number))
                    Add(architecture.NumberBase + number, rules);
            }
        }
    }

    /// <summary>The ranges of numbers from a first one on: where each begins, and what happens in it.</summary>
    internal IEnumerable<(uint Start, SyscallDecision Decision)> Ranges(uint from)
    {
        (uint Start, SyscallDecision Decision) range = (from, _default);
        uint next = from;
        foreach ((uint number, SyscallDecision decision) in _byNumber)
        {
            if (number != next && !range.Decision.SameConstant(_default))
            {
                yield return range;
                range = (next, _default);
            }
            if (!range.Decision.SameConstant(decision))
            {
                if (range.Start != number)
                    yield return range;
                range = (number, decision);
            }
            next = number + 1;
        }
        yield return range;
        if (next != from && !range.Decision.SameConstant(_newer))
            yield return (next, _newer);
    }

    private void Add(uint number, List<SyscallRule> rules)
    {
        SyscallDecision decision = _byNumber.GetValueOrDefault(number, _default);
        foreach (SyscallRule rule in rules)
        {
            if (rule.Conditions.Count > 0)
                decision = decision with { Rules = [.. decision.Rules, rule] };
            else if (_decided.Add(number))
                decision = decision with { Fallback = rule.Action };
        }
        _byNumber[number] = decision;
    }

    // Several conditions on one argument are alternatives in the profiles that are about, though the specification reads
    // otherwise: libseccomp can't take them in one rule, so other runtimes have always made a rule of each.
    private static List<SyscallRule> RulesOf(LinuxSyscall syscall, SeccompArchitecture architecture)
    {
        SeccompAction action = SeccompAction.From(syscall.Action, syscall.ErrnoRet);
        ArgumentCondition[] conditions =
            [.. syscall.Args.Select(arg => ArgumentCondition.From(arg, architecture.Is32Bit))];
        bool repeated = conditions.DistinctBy(static condition => condition.Index).Count() < conditions.Length;
        return repeated
            ? [.. conditions.Select(condition => new SyscallRule(action, [condition]))]
            : [new SyscallRule(action, conditions)];
    }
}
