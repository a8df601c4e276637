using Coracle.Isolation.Seccomp;
using Coracle.Isolation.Spec;

namespace Coracle.Tests.Isolation.Seccomp;

/// <summary>What a profile says about a call, by reading it from top to bottom: the judge of the compiled program.</summary>
internal sealed class ProfileOracle(LinuxSeccomp profile, SeccompArchitecture native)
{
    private readonly SeccompArchitecture[] _architectures =
        [.. SeccompArchitecture.PossibleOn(native, profile.Architectures)];

    internal uint Decide(uint audit, uint number, ReadOnlySpan<ulong> arguments)
    {
        bool x32 = audit == SeccompArchitecture.X64.AuditNumber && number >= 0x4000_0000;
        SeccompArchitecture? architecture = _architectures.FirstOrDefault(
            candidate => candidate.AuditNumber == audit && (candidate == SeccompArchitecture.X32) == x32);
        if (architecture is null)
            return x32 && native == SeccompArchitecture.X64 ? Errno(38) : 0x8000_0000;
        uint index = x32 ? number - 0x4000_0000 : number;
        uint highest = 0;
        uint? conditional = null;
        uint? unconditional = null;
        foreach (LinuxSyscall rule in profile.Syscalls)
        {
            foreach (string name in rule.Names)
            {
                if (!architecture.Table.TryGetNumber(name, out uint own))
                    continue;
                highest = Math.Max(highest, own);
                if (own != index)
                    continue;
                if (rule.Args.Count == 0)
                    unconditional ??= Action(rule.Action, rule.ErrnoRet);
                else if (Matches(rule, arguments, architecture.Is32Bit))
                    conditional ??= Action(rule.Action, rule.ErrnoRet);
            }
        }
        uint fallback = Action(profile.DefaultAction, profile.DefaultErrnoRet);
        bool permissive = profile.DefaultAction is "SCMP_ACT_ALLOW" or "SCMP_ACT_LOG" or "SCMP_ACT_TRACE";
        return conditional ?? unconditional ?? (index > highest && !permissive ? Errno(38) : fallback);
    }

    private static bool Matches(LinuxSyscall rule, ReadOnlySpan<ulong> arguments, bool is32Bit)
    {
        bool any = false;
        bool all = true;
        foreach (LinuxSeccompArg arg in rule.Args)
        {
            ulong width = is32Bit ? uint.MaxValue : ulong.MaxValue;
            ulong value = arg.Value & width;
            ulong actual = arguments[(int)arg.Index];
            bool holds = arg.Op switch
            {
                "SCMP_CMP_NE" => actual != value,
                "SCMP_CMP_LT" => actual < value,
                "SCMP_CMP_LE" => actual <= value,
                "SCMP_CMP_EQ" => actual == value,
                "SCMP_CMP_GE" => actual >= value,
                "SCMP_CMP_GT" => actual > value,
                _ => (actual & value) == (arg.ValueTwo & width),
            };
            any |= holds;
            all &= holds;
        }
        bool repeated = rule.Args.Select(static arg => arg.Index).Distinct().Count() < rule.Args.Count;
        return repeated ? any : all;
    }

    private static uint Errno(uint errno) => 0x0005_0000 | errno;

    private static uint Action(string action, uint? errno) => action switch
    {
        "SCMP_ACT_ALLOW" => 0x7FFF_0000,
        "SCMP_ACT_LOG" => 0x7FFC_0000,
        "SCMP_ACT_TRACE" => 0x7FF0_0000 | (errno ?? 1),
        "SCMP_ACT_ERRNO" => Errno(errno ?? 1),
        "SCMP_ACT_TRAP" => 0x0003_0000,
        "SCMP_ACT_KILL_PROCESS" => 0x8000_0000,
        _ => 0,
    };
}
