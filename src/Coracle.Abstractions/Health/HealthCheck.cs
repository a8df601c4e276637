namespace Coracle;

/// <summary>
/// How to find out, again and again, whether a running container works. What is not set is the image's (HEALTHCHECK), or the
/// default. Immutable; use <c>with</c> to vary it.
/// </summary>
/// <remarks>
/// The rules are Docker's. A container begins as <see cref="HealthStatus.Starting"/>. The first probe runs one interval after
/// the start; one success makes it healthy, <see cref="Retries"/> failures in a row unhealthy. Failures in the start period do
/// not count until the first success.
/// </remarks>
public sealed record HealthCheck
{
    /// <summary>The default of <see cref="Interval"/> and <see cref="Timeout"/>.</summary>
    public static readonly TimeSpan DefaultInterval = TimeSpan.FromSeconds(30);

    /// <summary>The default of <see cref="StartInterval"/>.</summary>
    public static readonly TimeSpan DefaultStartInterval = TimeSpan.FromSeconds(5);

    /// <summary>The default of <see cref="Retries"/>.</summary>
    public const int DefaultRetries = 3;

    /// <summary>No health check, whatever the image says.</summary>
    public static HealthCheck None { get; } = new() { IsDisabled = true };

    /// <summary>Makes a check that takes its probe from the image.</summary>
    public HealthCheck() { }

    /// <summary>Makes a check.</summary>
    /// <param name="probe">See <see cref="Probe"/>.</param>
    public HealthCheck(HealthProbe probe) => Probe = probe;

    /// <summary>Whether there is no check at all.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool IsDisabled { get; init; }

    /// <summary>What is tried.</summary>
    /// <value>Default: null, for the image's.</value>
    public HealthProbe? Probe { get; init; }

    /// <summary>The time from the end of a probe to the next, and before the first; at least a millisecond.</summary>
    /// <value>Default: null, for the image's, or 30 seconds.</value>
    public TimeSpan? Interval { get; init; }

    /// <summary>How long a probe may take before it counts as failed; at least a millisecond.</summary>
    /// <value>Default: null, for the image's, or 30 seconds.</value>
    public TimeSpan? Timeout { get; init; }

    /// <summary>How long after the start failures do not count.</summary>
    /// <value>Default: null, for the image's, or no time.</value>
    public TimeSpan? StartPeriod { get; init; }

    /// <summary>The interval in the start period until the first success; at least a millisecond.</summary>
    /// <value>Default: null, for the image's, or 5 seconds.</value>
    public TimeSpan? StartInterval { get; init; }

    /// <summary>How many failures in a row make it unhealthy; at least 1.</summary>
    /// <value>Default: null, for the image's, or 3.</value>
    public int? Retries { get; init; }
}
