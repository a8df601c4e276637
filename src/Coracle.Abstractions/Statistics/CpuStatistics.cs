namespace Coracle;

/// <summary>Processor time of a container.</summary>
public sealed record CpuStatistics
{
    /// <summary>The time that its processes ran, on all processors together. Precise to the microsecond where control groups
    /// count it; else to ten milliseconds, and without processes that ended unseen.</summary>
    public required TimeSpan Total { get; init; }

    /// <summary>How much of it was in the programs.</summary>
    public required TimeSpan User { get; init; }

    /// <summary>How much of it was in the kernel.</summary>
    public required TimeSpan System { get; init; }

    /// <summary>The time of all processors of the host, used or idle, since it started.</summary>
    public required TimeSpan Host { get; init; }

    /// <summary>How many processors of the host are on.</summary>
    public required int OnlineProcessors { get; init; }

    /// <summary>Periods in which a limit was watched; 0 without a limit.</summary>
    public long Periods { get; init; }

    /// <summary>Periods in which the limit was reached.</summary>
    public long ThrottledPeriods { get; init; }

    /// <summary>How long processes had to wait because of the limit.</summary>
    public TimeSpan ThrottledTime { get; init; }

    /// <summary>Docker's percentage over the time since the reading before: 100 is one processor. Null for a single
    /// reading and the first of several.</summary>
    public double? Percent { get; init; }

    /// <summary>Docker's percentage over the time since an earlier reading: 100 is one processor.</summary>
    /// <param name="earlier">The earlier reading.</param>
    public double PercentSince(CpuStatistics earlier)
    {
        ArgumentNullException.ThrowIfNull(earlier);
        double used = (Total - earlier.Total).Ticks;
        double host = (Host - earlier.Host).Ticks;
        return used > 0 && host > 0 ? used / host * OnlineProcessors * 100 : 0;
    }
}
