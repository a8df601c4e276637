using System.Globalization;
using Coracle.Isolation.Cgroups.Statistics;
using Coracle.Kernel.Files;

namespace Coracle.Isolation.Processes;

/// <summary>What the host counts: /proc/stat, /proc/meminfo, /proc/uptime.</summary>
/// <param name="CpuTime">The time of all processors, used or idle.</param>
/// <param name="OnlineProcessors">How many are on.</param>
/// <param name="Memory">The memory in bytes.</param>
/// <param name="Uptime">The time since the start.</param>
internal readonly record struct HostCounters(TimeSpan CpuTime, int OnlineProcessors, long Memory, TimeSpan Uptime)
{
    /// <summary>The ticks of proc(5) a second (USER_HZ): 100 on every architecture that .NET runs on.</summary>
    internal const int TicksPerSecond = 100;

    // user, nice, system, idle, iowait, irq, softirq, steal. Guest time is in user time already.
    private const int CountedFields = 8;

    internal static HostCounters Read() => Parse(
        ControlFile.TryRead("/proc/stat") ?? "",
        ControlFile.TryRead("/proc/meminfo") ?? "",
        ControlFile.TryRead("/proc/uptime") ?? "");

    internal static HostCounters Parse(string stat, string meminfo, string uptime)
    {
        long ticks = 0;
        int processors = 0;
        foreach (string line in stat.Split('\n'))
        {
            if (!line.StartsWith("cpu", StringComparison.Ordinal))
                break;
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words[0] != "cpu")
                processors++;
            else
                ticks = words.Skip(1).Take(CountedFields).Sum(static word => KeyedText.Number(word) ?? 0);
        }
        string? memory = meminfo.Split('\n').FirstOrDefault(static line => line.StartsWith("MemTotal:", StringComparison.Ordinal));
        long kibibytes = KeyedText.Number((memory ?? "").Replace("MemTotal:", "", StringComparison.Ordinal).Replace("kB", "", StringComparison.Ordinal)) ?? 0;
        double seconds = double.TryParse(uptime.Split(' ')[0], CultureInfo.InvariantCulture, out double read) ? read : 0;
        return new HostCounters(
            FromTicks(ticks), Math.Max(1, processors), kibibytes * 1024, TimeSpan.FromSeconds(seconds));
    }

    /// <summary>A time that proc(5) gives in ticks.</summary>
    internal static TimeSpan FromTicks(long ticks) => TimeSpan.FromTicks(ticks * (TimeSpan.TicksPerSecond / TicksPerSecond));
}
