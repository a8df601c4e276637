using Coracle.Isolation.Launch.Planning;
using Coracle.Isolation.Spec;
using Coracle.Kernel.Interop;

namespace Coracle.Isolation.Capabilities;

/// <summary>The operations that leave a process with the capability sets of its spec.</summary>
internal sealed class CapabilityPlan
{
    private readonly PlanBuilder _plan;
    private readonly HostCapabilities _host;
    private readonly CapabilitySet _bounding;
    private readonly CapabilitySet _effective;
    private readonly CapabilitySet _permitted;
    private readonly CapabilitySet _inheritable;
    private readonly CapabilitySet _ambient;

    /// <param name="plan">Takes the operations.</param>
    /// <param name="capabilities">What is asked for; null for nothing.</param>
    /// <param name="host">What there is: what is asked for beyond that is left out, as a default set must work in a host that
    /// is confined itself.</param>
    internal CapabilityPlan(PlanBuilder plan, SpecCapabilities? capabilities, HostCapabilities host)
    {
        _plan = plan;
        _host = host;
        capabilities ??= new SpecCapabilities();
        _bounding = CapabilitySet.Of(capabilities.Bounding) & host.Permitted;
        _permitted = CapabilitySet.Of(capabilities.Permitted) & host.Permitted;
        _effective = CapabilitySet.Of(capabilities.Effective) & _permitted;
        _inheritable = CapabilitySet.Of(capabilities.Inheritable) & host.Permitted;
        _ambient = CapabilitySet.Of(capabilities.Ambient) & _permitted & _inheritable;
    }

    /// <summary>Lowers the ceiling. Needs CAP_SETPCAP: so before anything else is given up.</summary>
    internal void LimitBounding()
    {
        for (int capability = 0; capability <= _host.Last; capability++)
        {
            if (!_bounding.Contains(capability))
            {
                _plan.Add(
                    Syscall.prctl, "drop bounding capability", CapabilityNames.NameOf(capability),
                    Libc.PR_CAPBSET_DROP, capability);
            }
        }
    }

    /// <summary>Lets the capabilities outlive setuid(2).</summary>
    internal void Keep() => _plan.Add(Syscall.prctl, "keep capabilities", null, Libc.PR_SET_KEEPCAPS, 1);

    /// <summary>Has CAP_SYS_ADMIN in force after setuid(2): without no_new_privs, seccomp(2) asks for it.</summary>
    internal void KeepForFilter()
    {
        CapabilitySet admin = new(1ul << CapabilityNames.SysAdmin);
        Set("keep capability for filter", _permitted | admin, _permitted | admin);
    }

    /// <summary>Gives up the rest.</summary>
    internal void Drop()
    {
        Set("set capabilities", _permitted, _effective);
        for (int capability = 0; capability <= _host.Last; capability++)
        {
            if (_ambient.Contains(capability))
            {
                _plan.Add(
                    Syscall.prctl, "raise ambient capability", CapabilityNames.NameOf(capability),
                    Libc.PR_CAP_AMBIENT, Libc.PR_CAP_AMBIENT_RAISE, capability);
            }
        }
    }

    // struct __user_cap_data_struct[2]: {effective, permitted, inheritable} of the lower 32 bits, then of the upper ones.
    private void Set(string step, CapabilitySet permitted, CapabilitySet effective)
    {
        ReadOnlySpan<uint> data =
        [
            (uint)effective.Bits, (uint)permitted.Bits, (uint)_inheritable.Bits,
            (uint)(effective.Bits >> 32), (uint)(permitted.Bits >> 32), (uint)(_inheritable.Bits >> 32),
        ];
        _plan.Add(Syscall.capset, step, null, _plan.Words(Libc.LINUX_CAPABILITY_VERSION_3), _plan.Integers(data));
    }
}
