using Coracle.Isolation.Spec;

namespace Coracle.Isolation.Seccomp;

/// <summary>
/// A profile worked out for one architecture. A rule without conditions holds where none with conditions matches; of several
/// that match, the first written holds.
/// </summary>
internal sealed class SyscallDecisions
{
    private readonly SeccompArchitecture _architecture;
    private readonly SyscallDecision _default;
    private readonly SyscallDecision _newer;
    private readonly SyscallRule?[] _unconditional;
    private readonly List<SyscallRule>?[] _conditional;

    internal SyscallDecisions(LinuxSeccomp profile, SeccompArchitecture architecture)
    {
        _architecture = architecture;
        _unconditional = new SyscallRule?[architecture.Table.Numbers.Count];
        _conditional = new List<SyscallRule>?[architecture.Table.Numbers.Count];
        SeccompAction action = SeccompAction.From(profile.DefaultAction, profile.DefaultErrnoRet);
        _default = SyscallDecision.Always(action);
        // A call that is newer than the profile must fail as on an older kernel, or libc does not fall back to the older one.
        _newer = action.IsPermissive ? _default : SyscallDecision.Always(SeccompAction.NoSuchCall);
        foreach (LinuxSyscall syscall in profile.Syscalls)
        {
            List<SyscallRule> rules = RulesOf(syscall, architecture.Is32Bit);
            foreach (string name in syscall.Names)
            {
                int position = architecture.Table.PositionOf(name);
                if (position >= 0)
                    Add(position, rules);
            }
        }
    }

    /// <summary>Appends the ranges of numbers of this architecture.</summary>
    internal void AppendRanges(List<NumberRange> ranges)
    {
        NumberRange range = new(_architecture.NumberBase, _default);
        uint next = range.Start;
        for (int i = 0; i < _unconditional.Length; i++)
        {
            if (_unconditional[i] is null && _conditional[i] is null)
                continue;
            uint number = _architecture.NumberBase + (uint)_architecture.Table.Numbers[i];
            if (number != next)
                Begin(next, _default);
            Begin(number, DecisionAt(i));
            next = number + 1;
        }
        if (next != _architecture.NumberBase)
            Begin(next, _newer);
        ranges.Add(range);

        void Begin(uint start, SyscallDecision decision)
        {
            if (range.Decision.SameConstant(decision))
                return;
            if (range.Start != start)
                ranges.Add(range);
            range = new NumberRange(start, decision);
        }
    }

    private SyscallDecision DecisionAt(int position) => new(
        _unconditional[position]?.Action ?? _default.Fallback, _conditional[position]?.ToArray() ?? []);

    private void Add(int position, List<SyscallRule> rules)
    {
        foreach (SyscallRule rule in rules)
        {
            if (rule.Conditions.Length > 0)
                (_conditional[position] ??= []).Add(rule);
            else
                _unconditional[position] ??= rule;
        }
    }

    // Several conditions on one argument are alternatives in the profiles that are about, though the specification reads
    // otherwise: libseccomp can't take them in one rule, so other runtimes have always made a rule of each.
    private static List<SyscallRule> RulesOf(LinuxSyscall syscall, bool is32Bit)
    {
        SeccompAction action = SeccompAction.From(syscall.Action, syscall.ErrnoRet);
        ArgumentCondition[] conditions = new ArgumentCondition[syscall.Args.Count];
        bool repeated = false;
        for (int i = 0; i < conditions.Length; i++)
        {
            conditions[i] = ArgumentCondition.From(syscall.Args[i], is32Bit);
            for (int other = 0; other < i; other++)
                repeated |= conditions[other].Index == conditions[i].Index;
        }
        if (!repeated)
            return [new SyscallRule(action, conditions)];
        List<SyscallRule> rules = [];
        foreach (ArgumentCondition condition in conditions)
            rules.Add(new SyscallRule(action, [condition]));
        return rules;
    }
}
