using System.Globalization;

namespace Coracle.Isolation.Cgroups.Statistics;

/// <summary>Reads the groups of version 1.</summary>
/// <param name="files">The file systems.</param>
/// <param name="directoryOf">The directory of the group that has a controller; null where the container is in none.</param>
internal sealed class CgroupCountersV1(ICgroupFiles files, Func<string, string?> directoryOf) : ICgroupCounters
{
    /// <summary>What the kernel writes for no limit: the most pages, in bytes. With larger pages it is less.</summary>
    internal const long NoLimit = long.MaxValue / 65536 * 65536;

    private const long NanosecondsPerTick = 100;
    private const int TicksPerSecond = 100; // USER_HZ

    public CpuUsage? ReadCpu()
    {
        if (KeyedText.Number(Read("cpuacct", "cpuacct.usage")) is not { } usage)
            return null;
        if (KeyedText.Number(Read("cpuacct", "cpuacct.usage_user")) is { } user)
            return new CpuUsage(
                Nanoseconds(usage), Nanoseconds(user), Nanoseconds(KeyedText.Number(Read("cpuacct", "cpuacct.usage_sys")) ?? 0));
        string? stat = Read("cpuacct", "cpuacct.stat");
        return new CpuUsage(Nanoseconds(usage), Ticks(KeyedText.Find(stat, "user")), Ticks(KeyedText.Find(stat, "system")));
    }

    public CpuThrottling? ReadThrottling()
    {
        string? stat = Read("cpu", "cpu.stat");
        return KeyedText.Find(stat, "nr_periods") is { } periods
            ? new CpuThrottling(
                periods, KeyedText.Find(stat, "nr_throttled") ?? 0, Nanoseconds(KeyedText.Find(stat, "throttled_time") ?? 0))
            : null;
    }

    public MemoryStatistics? ReadMemory(long hostMemory)
    {
        if (KeyedText.Number(Read("memory", "memory.usage_in_bytes")) is not { } usage)
            return null;
        long limit = KeyedText.Number(Read("memory", "memory.limit_in_bytes")) ?? NoLimit;
        return new MemoryStatistics
        {
            Usage = usage,
            InactiveFile = KeyedText.Find(Read("memory", "memory.stat"), "total_inactive_file") ?? 0,
            Limit = Math.Min(limit, hostMemory),
            Peak = KeyedText.Number(Read("memory", "memory.max_usage_in_bytes")),
            Swap = KeyedText.Number(Read("memory", "memory.memsw.usage_in_bytes")) is { } both ? Math.Max(0, both - usage) : null,
            OomKills = KeyedText.Find(Read("memory", "memory.oom_control"), "oom_kill") ?? 0,
        };
    }

    public PidStatistics? ReadPids() => KeyedText.Number(Read("pids", "pids.current")) is { } current
        ? new PidStatistics(current, KeyedText.Number(Read("pids", "pids.max")))
        : null;

    public IReadOnlyList<BlockDeviceStatistics>? ReadBlockDevices()
    {
        // What the throttle counts is there with any scheduler of the device.
        string? bytes = Read("blkio", "blkio.throttle.io_service_bytes_recursive") ?? Read("blkio", "blkio.throttle.io_service_bytes");
        string? operations = Read("blkio", "blkio.throttle.io_serviced_recursive") ?? Read("blkio", "blkio.throttle.io_serviced");
        if (bytes is null)
            return null;
        Dictionary<(int, int), BlockDeviceStatistics> devices = [];
        Add(devices, bytes, static (device, read, written) => device with { ReadBytes = read ?? device.ReadBytes, WrittenBytes = written ?? device.WrittenBytes });
        Add(devices, operations ?? "", static (device, read, written) => device with { Reads = read ?? device.Reads, Writes = written ?? device.Writes });
        return [.. devices.Values];
    }

    // Lines as "8:0 Read 4096"; the last one is "Total 4096".
    private static void Add(
        Dictionary<(int Major, int Minor), BlockDeviceStatistics> devices,
        string text,
        Func<BlockDeviceStatistics, long?, long?, BlockDeviceStatistics> set)
    {
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Split(' ') is not [var device, ("Read" or "Write") and var operation, var value]
                || device.Split(':') is not [var major, var minor]
                || !int.TryParse(major, NumberStyles.None, CultureInfo.InvariantCulture, out int majorNumber)
                || !int.TryParse(minor, NumberStyles.None, CultureInfo.InvariantCulture, out int minorNumber))
            {
                continue;
            }
            BlockDeviceStatistics known = devices.GetValueOrDefault((majorNumber, minorNumber))
                ?? new BlockDeviceStatistics(majorNumber, minorNumber, 0, 0, 0, 0);
            long? number = KeyedText.Number(value);
            devices[(majorNumber, minorNumber)] = operation == "Read" ? set(known, number, null) : set(known, null, number);
        }
    }

    private static TimeSpan Nanoseconds(long nanoseconds) => TimeSpan.FromTicks(nanoseconds / NanosecondsPerTick);

    private static TimeSpan Ticks(long? ticks) => TimeSpan.FromTicks((ticks ?? 0) * (TimeSpan.TicksPerSecond / TicksPerSecond));

    private string? Read(string controller, string file) =>
        directoryOf(controller) is { } directory ? files.Read($"{directory}/{file}") : null;
}
