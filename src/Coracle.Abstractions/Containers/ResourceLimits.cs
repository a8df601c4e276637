namespace Coracle;

/// <summary>Limits of a container's control group. A null value sets no limit.</summary>
/// <remarks>A limit that the host can't keep is an error when the container is created, never ignored.</remarks>
public sealed record ResourceLimits
{
    /// <summary>No limits.</summary>
    public static ResourceLimits None { get; } = new();

    /// <summary>The most memory in bytes; at least 6 MiB. Past it, the kernel kills a process of the container.</summary>
    public long? Memory { get; init; }

    /// <summary>The most memory and swap together in bytes; -1 for no limit on swap.</summary>
    /// <value>Default: null, for twice <see cref="Memory"/> where that is set, as Docker.</value>
    public long? MemorySwap { get; init; }

    /// <summary>The most processors, for example 0.5 or 2.</summary>
    public double? Cpus { get; init; }

    /// <summary>The weight against other containers when processors are scarce, in shares: 2 to 262144, 1024 is
    /// normal.</summary>
    public long? CpuShares { get; init; }

    /// <summary>The most processes and threads.</summary>
    public long? Pids { get; init; }
}
