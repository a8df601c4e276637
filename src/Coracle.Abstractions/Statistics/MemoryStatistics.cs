namespace Coracle;

/// <summary>Memory of a container, in bytes.</summary>
public sealed record MemoryStatistics
{
    /// <summary>What counts against the limit, the page cache included.</summary>
    public required long Usage { get; init; }

    /// <summary>The part of the page cache that the kernel takes back first.</summary>
    public required long InactiveFile { get; init; }

    /// <summary>What Docker shows: <see cref="Usage"/> without <see cref="InactiveFile"/>.</summary>
    public long Used => InactiveFile < Usage ? Usage - InactiveFile : Usage;

    /// <summary>The limit; without one, the memory of the host.</summary>
    public required long Limit { get; init; }

    /// <summary>Docker's percentage: <see cref="Used"/> of <see cref="Limit"/>.</summary>
    public double Percent => Limit > 0 ? (double)Used / Limit * 100 : 0;

    /// <summary>The most that <see cref="Usage"/> ever was; null where the kernel does not keep it (version 2 before Linux
    /// 5.19).</summary>
    public long? Peak { get; init; }

    /// <summary>Swap; null where it is not counted.</summary>
    public long? Swap { get; init; }

    /// <summary>How many processes the kernel killed for want of memory.</summary>
    public long OomKills { get; init; }
}
