using System.Globalization;

namespace Coracle.Isolation.Cgroups.Statistics;

/// <summary>Reads a group of version 2.</summary>
internal sealed class CgroupCountersV2(ICgroupFiles files, string directory) : ICgroupCounters
{
    public CpuUsage? ReadCpu()
    {
        string? stat = Read("cpu.stat");
        return KeyedText.Find(stat, "usage_usec") is { } usage
            ? new CpuUsage(
                TimeSpan.FromMicroseconds(usage),
                TimeSpan.FromMicroseconds(KeyedText.Find(stat, "user_usec") ?? 0),
                TimeSpan.FromMicroseconds(KeyedText.Find(stat, "system_usec") ?? 0))
            : null;
    }

    public CpuThrottling? ReadThrottling()
    {
        string? stat = Read("cpu.stat");
        return KeyedText.Find(stat, "nr_periods") is { } periods
            ? new CpuThrottling(
                periods,
                KeyedText.Find(stat, "nr_throttled") ?? 0,
                TimeSpan.FromMicroseconds(KeyedText.Find(stat, "throttled_usec") ?? 0))
            : null;
    }

    public MemoryStatistics? ReadMemory(long hostMemory) => KeyedText.Number(Read("memory.current")) is { } usage
        ? new MemoryStatistics
        {
            Usage = usage,
            InactiveFile = KeyedText.Find(Read("memory.stat"), "inactive_file") ?? 0,
            Limit = Math.Min(KeyedText.Number(Read("memory.max")) ?? long.MaxValue, hostMemory),
            Peak = KeyedText.Number(Read("memory.peak")),
            Swap = KeyedText.Number(Read("memory.swap.current")),
            OomKills = KeyedText.Find(Read("memory.events"), "oom_kill") ?? 0,
        }
        : null;

    public PidStatistics? ReadPids() => KeyedText.Number(Read("pids.current")) is { } current
        ? new PidStatistics(current, KeyedText.Number(Read("pids.max")))
        : null;

    // A line a device: "8:0 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=5 dios=6".
    public IReadOnlyList<BlockDeviceStatistics>? ReadBlockDevices()
    {
        if (Read("io.stat") is not { } text)
            return null;
        List<BlockDeviceStatistics> devices = [];
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] words = line.Split(' ');
            if (words[0].Split(':') is [var major, var minor]
                && int.TryParse(major, NumberStyles.None, CultureInfo.InvariantCulture, out int majorNumber)
                && int.TryParse(minor, NumberStyles.None, CultureInfo.InvariantCulture, out int minorNumber)
                && words.Length > 1)
            {
                devices.Add(new BlockDeviceStatistics(
                    majorNumber, minorNumber, Value(words, "rbytes"), Value(words, "wbytes"), Value(words, "rios"), Value(words, "wios")));
            }
        }
        return devices;
    }

    private static long Value(string[] words, string name)
    {
        string? word = Array.Find(
            words, word => word.Length > name.Length && word[name.Length] == '=' && word.StartsWith(name, StringComparison.Ordinal));
        return word is null ? 0 : KeyedText.Number(word.AsSpan(name.Length + 1)) ?? 0;
    }

    private string? Read(string file) => files.Read($"{directory}/{file}");
}
