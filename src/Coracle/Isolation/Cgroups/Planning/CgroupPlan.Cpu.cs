using Coracle.Isolation.Spec;

namespace Coracle.Isolation.Cgroups.Planning;

internal sealed partial class CgroupPlan
{
    private const string Cpu = "cpu";
    private const string Cpuset = "cpuset";

    // The kernel's bounds (Documentation/scheduler/sched-bwc.rst), in microseconds.
    private const long LeastQuota = 1_000;
    private const ulong LeastPeriod = 1_000;
    private const ulong MostPeriod = 1_000_000;
    private const ulong DefaultPeriod = 100_000;

    private const double LeastShares = 2;
    private const double MostShares = 262_144;

    private void AddCpu(LinuxCpu cpu)
    {
        if (cpu.Quota is > 0 and < LeastQuota)
            throw Invalid($"a processor quota of {cpu.Quota} microseconds is too small: the least is 1000");
        if (cpu.Period is not (null or 0) and (< LeastPeriod or > MostPeriod))
            throw Invalid($"a processor period of {cpu.Period} microseconds is out of range: it is 1000 to 1000000");
        if (IsUnified(Cpu))
            AddCpuUnified(cpu);
        else
            AddCpuSeparate(cpu);
        if (cpu.Idle is { } idle)
            Add(Cpu, "cpu.idle", Number(idle));
        if (!string.IsNullOrEmpty(cpu.Cpus))
            Add(Cpuset, "cpuset.cpus", cpu.Cpus);
        if (!string.IsNullOrEmpty(cpu.Mems))
            Add(Cpuset, "cpuset.mems", cpu.Mems);
    }

    private void AddCpuSeparate(LinuxCpu cpu)
    {
        if (cpu.Shares is not (null or 0))
            Add(Cpu, "cpu.shares", Number(cpu.Shares.Value));
        if (cpu.Period is not (null or 0))
            Add(Cpu, "cpu.cfs_period_us", Number(cpu.Period.Value));
        if (cpu.Quota is not (null or 0))
            Add(Cpu, "cpu.cfs_quota_us", Number(cpu.Quota.Value));
        if (cpu.Burst is { } burst)
            Add(Cpu, "cpu.cfs_burst_us", Number(burst));
        if (cpu.RealtimePeriod is not (null or 0))
            Add(Cpu, "cpu.rt_period_us", Number(cpu.RealtimePeriod.Value));
        if (cpu.RealtimeRuntime is not (null or 0))
            Add(Cpu, "cpu.rt_runtime_us", Number(cpu.RealtimeRuntime.Value));
    }

    private void AddCpuUnified(LinuxCpu cpu)
    {
        if (cpu.RealtimePeriod is not (null or 0) || cpu.RealtimeRuntime is not (null or 0))
            throw Unsupported("version 2 has no limits on real-time scheduling");
        if (cpu.Shares is not (null or 0))
            Add(Cpu, "cpu.weight", Number(WeightOf(cpu.Shares.Value)));
        if (cpu.Quota is not (null or 0) || cpu.Period is not (null or 0))
            Add(Cpu, "cpu.max", $"{(cpu.Quota is > 0 ? Number(cpu.Quota.Value) : "max")} {cpu.Period ?? DefaultPeriod}");
        if (cpu.Burst is { } burst)
            Add(Cpu, "cpu.max.burst", Number(burst));
    }

    /// <summary>The weight of version 2 (1 to 10000, 100 is normal) for shares of version 1 (2 to 262144, 1024 is
    /// normal).</summary>
    /// <remarks>The curve goes through all three points of both, which the straight line of older runtimes does not: there
    /// a container with normal shares had less than half the weight of everything else.</remarks>
    internal static long WeightOf(ulong shares)
    {
        double logarithm = Math.Log2(Math.Clamp(shares, LeastShares, MostShares));
        double exponent = (((logarithm * logarithm) + (125 * logarithm)) / 612) - (7.0 / 34);
        return Math.Clamp((long)Math.Ceiling(Math.Pow(10, exponent)), 1, 10_000);
    }
}
