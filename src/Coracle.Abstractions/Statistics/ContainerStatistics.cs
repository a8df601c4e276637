namespace Coracle;

/// <summary>What a container uses, read at one moment.</summary>
public sealed record ContainerStatistics
{
    /// <summary>When it was read.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>Processor time.</summary>
    public required CpuStatistics Cpu { get; init; }

    /// <summary>Memory.</summary>
    public required MemoryStatistics Memory { get; init; }

    /// <summary>Processes and threads.</summary>
    public required PidStatistics Pids { get; init; }

    /// <summary>What was read from and written to block devices, a device each. Empty where this host does not count it for the
    /// container (the controllers <c>io</c> of version 2, <c>blkio</c> of version 1).</summary>
    public IReadOnlyList<BlockDeviceStatistics> BlockDevices { get; init; } = [];

    /// <summary>What went through the network interfaces of the container, by name, without the loopback. With
    /// <see cref="NetworkMode.Host"/> it is empty: the interfaces are the host's.</summary>
    public IReadOnlyDictionary<string, NetworkStatistics> Networks { get; init; } = new Dictionary<string, NetworkStatistics>();
}
