namespace Coracle.Isolation.Cgroups.Statistics;

/// <summary>What the groups of a container count. Null where no group of it counts that.</summary>
internal interface ICgroupCounters
{
    CpuUsage? ReadCpu();

    CpuThrottling? ReadThrottling();

    /// <param name="hostMemory">The memory of the host, which is the limit where none is set.</param>
    MemoryStatistics? ReadMemory(long hostMemory);

    PidStatistics? ReadPids();

    IReadOnlyList<BlockDeviceStatistics>? ReadBlockDevices();
}
