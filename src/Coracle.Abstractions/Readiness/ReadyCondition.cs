using System.Text.RegularExpressions;

namespace Coracle;

/// <summary>What makes a container ready. Made by <see cref="ReadyWhen"/>; its text says what is waited for.</summary>
public abstract record ReadyCondition
{
    private protected ReadyCondition() { }
}

/// <summary>A line of the current run's log.</summary>
/// <param name="Pattern">What the line must match.</param>
/// <param name="Stream">Where it must be written; null for either output.</param>
/// <param name="Count">How many such lines.</param>
public sealed record LogLineCondition(Regex Pattern, OutputStream? Stream, int Count) : ReadyCondition
{
    /// <summary>What is waited for.</summary>
    public override string ToString() =>
        (Count == 1 ? "a log line" : $"{Count} log lines") + $" that match '{Pattern}'" + (Stream is { } stream ? $" on {stream}" : "");
}

/// <summary>A TCP port that is listened on.</summary>
/// <param name="Port">1 to 65535.</param>
public sealed record PortCondition(int Port) : ReadyCondition
{
    /// <summary>What is waited for.</summary>
    public override string ToString() => $"TCP port {Port} to be listened on";
}

/// <summary>A page that is served.</summary>
/// <param name="Probe">Which, and what is success.</param>
public sealed record HttpCondition(HttpProbe Probe) : ReadyCondition
{
    /// <summary>What is waited for.</summary>
    public override string ToString() =>
        $"{(Probe.Tls ? "HTTPS" : "HTTP")} status {Probe.ExpectedStatus?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "200 to 399"} of port {Probe.Port}, {Probe.Path}";
}

/// <summary>A program in the container that exits with code 0. It is run again until it does.</summary>
/// <param name="Spec">The program.</param>
public sealed record CommandCondition(ExecSpec Spec) : ReadyCondition
{
    /// <summary>What is waited for.</summary>
    public override string ToString() => $"the command '{string.Join(' ', Spec.Command)}' to succeed";
}

/// <summary>A health check that succeeded.</summary>
public sealed record HealthyCondition : ReadyCondition
{
    /// <summary>What is waited for.</summary>
    public override string ToString() => "the health check to succeed";
}

/// <summary>One of several.</summary>
/// <param name="Conditions">Which.</param>
public sealed record AnyCondition(IReadOnlyList<ReadyCondition> Conditions) : ReadyCondition
{
    /// <summary>What is waited for.</summary>
    public override string ToString() => "any of (" + string.Join("; ", Conditions) + ")";
}

/// <summary>All of several, in any order.</summary>
/// <param name="Conditions">Which.</param>
public sealed record AllCondition(IReadOnlyList<ReadyCondition> Conditions) : ReadyCondition
{
    /// <summary>What is waited for.</summary>
    public override string ToString() => "all of (" + string.Join("; ", Conditions) + ")";
}
