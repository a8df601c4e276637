namespace Coracle;

/// <summary>What health checks have found.</summary>
public sealed record ContainerHealth
{
    /// <summary>Whether it works.</summary>
    public required HealthStatus Status { get; init; }

    /// <summary>How many probes have failed since the last success; without those that do not count.</summary>
    public int FailingStreak { get; init; }

    /// <summary>The last five probes, the oldest first.</summary>
    public IReadOnlyList<HealthCheckResult> Log { get; init; } = [];
}

/// <summary>Whether a container works.</summary>
public enum HealthStatus
{
    /// <summary>It is not known yet.</summary>
    Starting,

    /// <summary>The last probe that counts succeeded.</summary>
    Healthy,

    /// <summary>Too many probes in a row have failed.</summary>
    Unhealthy,
}

/// <summary>What became of one probe.</summary>
/// <param name="Start">When it began.</param>
/// <param name="End">When it ended.</param>
/// <param name="ExitCode">0 for success; the exit code of a program, 1 for a failed connection, -1 for a probe that could not be
/// run or took too long.</param>
/// <param name="Output">What the program wrote or the server said, at most 4096 bytes, or why it failed.</param>
public sealed record HealthCheckResult(DateTimeOffset Start, DateTimeOffset End, int ExitCode, string Output);
