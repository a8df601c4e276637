using Coracle.Isolation.Cgroups;
using Coracle.Isolation.Cgroups.Statistics;
using Coracle.Kernel.Processes;

namespace Coracle.Isolation.Processes;

/// <summary>Reads what a container uses: from its control groups, and from its processes where those do not count it.</summary>
/// <param name="processes">The processes.</param>
/// <param name="cgroup">The groups; null where there are none.</param>
/// <param name="ownNetwork">Whether the network interfaces are the container's own.</param>
internal sealed class StatisticsReader(ContainerProcesses processes, Cgroup? cgroup, bool ownNetwork)
{
    private const int MaxNetworks = 1024 * 1024;

    /// <summary>Reads now.</summary>
    /// <returns>Null if the container has ended.</returns>
    internal ContainerStatistics? Read(DateTimeOffset now)
    {
        using ProcessDirectory? init = processes.OpenInit();
        if (init is null)
            return null;
        HostCounters host = HostCounters.Read();
        IReadOnlyList<ICgroupCounters> counters = cgroup?.Counters() ?? [];
        Lazy<ProcessSums> sums = new(() => ProcessSums.Of(processes));
        CpuThrottling throttling = First(counters, static one => one.ReadThrottling()) ?? default;
        CpuUsage cpu = First(counters, static one => one.ReadCpu()) ?? sums.Value.Cpu;
        return new ContainerStatistics
        {
            Time = now,
            Cpu = new CpuStatistics
            {
                Total = cpu.Total,
                User = cpu.User,
                System = cpu.System,
                Host = host.CpuTime,
                OnlineProcessors = host.OnlineProcessors,
                Periods = throttling.Periods,
                ThrottledPeriods = throttling.ThrottledPeriods,
                ThrottledTime = throttling.ThrottledTime,
            },
            Memory = counters.Select(one => one.ReadMemory(host.Memory)).FirstOrDefault(static read => read is not null)
                ?? new MemoryStatistics { Usage = sums.Value.ResidentBytes, InactiveFile = 0, Limit = host.Memory },
            Pids = counters.Select(static one => one.ReadPids()).FirstOrDefault(static read => read is not null)
                ?? new PidStatistics(sums.Value.Threads, null),
            BlockDevices = counters.Select(static one => one.ReadBlockDevices()).FirstOrDefault(static read => read is not null) ?? [],
            Networks = ownNetwork ? NetworkCounters.Parse(init.ReadText("net/dev", MaxNetworks) ?? "") : [],
        };
    }

    private static T? First<T>(IReadOnlyList<ICgroupCounters> counters, Func<ICgroupCounters, T?> read)
        where T : struct
    {
        foreach (ICgroupCounters one in counters)
        {
            if (read(one) is { } found)
                return found;
        }
        return null;
    }

    /// <summary>What the processes have used that are there, and those of their children that they have waited for.</summary>
    private sealed class ProcessSums
    {
        internal CpuUsage Cpu { get; private set; }

        internal long ResidentBytes { get; private set; }

        internal long Threads { get; private set; }

        internal static ProcessSums Of(ContainerProcesses processes)
        {
            ProcessSums sums = new();
            long user = 0;
            long system = 0;
            foreach (string stat in processes.Select(static (_, files) => files.ReadText("stat")))
            {
                string[] fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
                if (fields.Length < StatField.Count)
                    continue;
                user += Number(fields[StatField.UserTime]) + Number(fields[StatField.ChildUserTime]);
                system += Number(fields[StatField.SystemTime]) + Number(fields[StatField.ChildSystemTime]);
                sums.Threads += Number(fields[StatField.Threads]);
                sums.ResidentBytes += Number(fields[StatField.ResidentPages]) * Environment.SystemPageSize;
            }
            sums.Cpu = new CpuUsage(
                HostCounters.FromTicks(user + system), HostCounters.FromTicks(user), HostCounters.FromTicks(system));
            return sums;
        }

        private static long Number(string field) => KeyedText.Number(field) ?? 0;
    }
}
