using System.Text.Json.Serialization;

namespace Coracle.Distribution.Images;

/// <summary>The member <c>Healthcheck</c> of an image's configuration: Docker's, not the specification's. Times are in
/// nanoseconds, and 0 stands for the default.</summary>
internal sealed record HealthDefaults
{
    private const long NanosecondsPerTick = 100;

    [JsonPropertyName("Test")]
    [JsonConverter(typeof(StringListConverter))]
    public IReadOnlyList<string>? Test { get; init; }

    [JsonPropertyName("Interval")]
    public long Interval { get; init; }

    [JsonPropertyName("Timeout")]
    public long Timeout { get; init; }

    [JsonPropertyName("StartPeriod")]
    public long StartPeriod { get; init; }

    [JsonPropertyName("StartInterval")]
    public long StartInterval { get; init; }

    [JsonPropertyName("Retries")]
    public int Retries { get; init; }

    /// <summary>The same for the users of the contract; null if it says nothing that is understood.</summary>
    /// <param name="shell">The image's shell, which runs a script.</param>
    internal HealthCheck? ToHealthCheck(IReadOnlyList<string>? shell)
    {
        HealthProbe? probe = Test switch
        {
            ["CMD", _, ..] => new CommandProbe([.. Test.Skip(1)]),
            ["CMD-SHELL", { Length: > 0 } script, ..] => shell is { Count: > 0 }
                ? new CommandProbe([.. shell, script])
                : new ShellProbe(script),
            _ => null,
        };
        return probe is null ? null : new HealthCheck(probe)
        {
            Interval = Time(Interval),
            Timeout = Time(Timeout),
            StartPeriod = Time(StartPeriod),
            StartInterval = Time(StartInterval),
            Retries = Retries > 0 ? Retries : null,
        };
    }

    // No timer takes longer ones, and none a shorter one than a millisecond.
    private static TimeSpan? Time(long nanoseconds)
    {
        TimeSpan time = TimeSpan.FromTicks(nanoseconds / NanosecondsPerTick);
        return time.TotalMilliseconds is >= 1 and <= int.MaxValue ? time : null;
    }
}
