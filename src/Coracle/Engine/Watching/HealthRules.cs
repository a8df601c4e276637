using System.Text;

namespace Coracle.Engine.Watching;

/// <summary>Docker's rules of health checks. Pure.</summary>
internal static class HealthRules
{
    private const int MaxLog = 5;
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);

    /// <summary>Merges the caller's check with the image's: what the caller does not set is the image's, or the default.</summary>
    /// <returns>Null for no check.</returns>
    /// <exception cref="ContainerRuntimeException">The caller's is malformed.</exception>
    internal static HealthCheck? Merge(HealthCheck? wanted, HealthCheck? image)
    {
        if (wanted?.IsDisabled == true || (wanted?.Probe ?? image?.Probe) is not { } probe)
            return null;
        if (wanted is not null)
            Check(wanted);
        return new HealthCheck(probe)
        {
            Interval = wanted?.Interval ?? image?.Interval ?? HealthCheck.DefaultInterval,
            Timeout = wanted?.Timeout ?? image?.Timeout ?? HealthCheck.DefaultInterval,
            StartPeriod = wanted?.StartPeriod ?? image?.StartPeriod ?? TimeSpan.Zero,
            StartInterval = wanted?.StartInterval ?? image?.StartInterval ?? HealthCheck.DefaultStartInterval,
            Retries = wanted?.Retries ?? image?.Retries ?? HealthCheck.DefaultRetries,
        };
    }

    /// <summary>The time from now to the next probe.</summary>
    /// <param name="check">The merged check.</param>
    /// <param name="status">What is known.</param>
    /// <param name="elapsed">The time since the start.</param>
    internal static TimeSpan NextIn(HealthCheck check, HealthStatus status, TimeSpan elapsed)
    {
        TimeSpan left = check.StartPeriod!.Value - elapsed;
        if (left <= TimeSpan.Zero || status != HealthStatus.Starting)
            return check.Interval!.Value;
        // The first probe that counts comes when the start period ends, not an interval later.
        return left < check.StartInterval!.Value ? left : check.StartInterval.Value;
    }

    /// <summary>What is known after a probe.</summary>
    /// <param name="check">The merged check.</param>
    /// <param name="before">What was known.</param>
    /// <param name="result">What became of the probe.</param>
    /// <param name="elapsed">The time from the start of the container to that of the probe.</param>
    /// <param name="early">Whether it ran before its time, because somebody waits.</param>
    internal static ContainerHealth Apply(
        HealthCheck check, ContainerHealth before, HealthCheckResult result, TimeSpan elapsed, bool early)
    {
        IReadOnlyList<HealthCheckResult> log = [.. before.Log.Skip(Math.Max(0, before.Log.Count - MaxLog + 1)), result];
        if (result.ExitCode == 0)
            return new ContainerHealth { Status = HealthStatus.Healthy, Log = log };
        bool counts = before.Status != HealthStatus.Starting || (elapsed >= check.StartPeriod!.Value && !early);
        int streak = before.FailingStreak + (counts ? 1 : 0);
        return new ContainerHealth
        {
            Status = counts && streak >= check.Retries!.Value ? HealthStatus.Unhealthy : before.Status,
            FailingStreak = streak,
            Log = log,
        };
    }

    /// <summary>An output as it is kept: at most 4096 bytes of UTF-8.</summary>
    internal static string Cut(string output)
    {
        if (Encoding.UTF8.GetByteCount(output) <= ProbeRunner.MaxOutput)
            return output;
        byte[] bytes = new byte[ProbeRunner.MaxOutput];
        Encoding.UTF8.GetEncoder().Convert(output, bytes, flush: false, out _, out int used, out _);
        return Encoding.UTF8.GetString(bytes, 0, used) + "...";
    }

    private static void Check(HealthCheck check)
    {
        Check(check.Interval, Shortest, "interval");
        Check(check.Timeout, Shortest, "timeout");
        Check(check.StartInterval, Shortest, "start interval");
        Check(check.StartPeriod, TimeSpan.Zero, "start period");
        if (check.Retries < 1)
            throw Invalid("the retries of the health check are less than 1");
        if (check.Probe is CommandProbe { Arguments: [] } or ShellProbe { Script: "" })
            throw Invalid("the command of the health check is empty");
        if (check.Probe is TcpProbe { Port: < 1 or > 65535 } or HttpProbe { Port: < 1 or > 65535 })
            throw Invalid("the port of the health check is not between 1 and 65535");
        if (check.Probe is HttpProbe { Path: not ['/', ..] })
            throw Invalid("the path of the health check has no leading slash");
    }

    private static void Check(TimeSpan? time, TimeSpan shortest, string name)
    {
        if (time < shortest || time?.TotalMilliseconds > int.MaxValue)
            throw Invalid($"the {name} of the health check is not between {shortest.TotalMilliseconds} ms and 24 days");
    }

    private static ContainerRuntimeException Invalid(string what) =>
        new(RuntimeErrorKind.InvalidInput, "create container: " + what);
}
