using System.Text.RegularExpressions;

namespace Coracle;

/// <summary>Conditions to wait for (<see cref="ContainerSpec.ReadyWhen"/>, <see cref="IContainer.WaitUntilReadyAsync"/>).</summary>
/// <example>
/// <code>
/// await using IContainer container = await runtime.Containers.RunAsync(new ContainerSpec("postgres:15")
/// {
///     Environment = new Dictionary&lt;string, string&gt; { ["POSTGRES_PASSWORD"] = "secret" },
///     ReadyWhen = ReadyWhen.LogLine("database system is ready to accept connections", count: 2),
/// });
/// </code>
/// </example>
public static class ReadyWhen
{
    /// <summary>The health check of the image or the spec has succeeded. While somebody waits for it, probes come every quarter
    /// of a second, and their failures do not count.</summary>
    public static ReadyCondition Healthy { get; } = new HealthyCondition();

    /// <summary>The current run has written lines that contain a text.</summary>
    /// <param name="text">The text, letter by letter.</param>
    /// <param name="stream">Where; null for either output.</param>
    /// <param name="count">How many lines.</param>
    public static ReadyCondition LogLine(string text, OutputStream? stream = null, int count = 1)
    {
        ArgumentException.ThrowIfNullOrEmpty(text);
        return LogLine(new Regex(Regex.Escape(text), RegexOptions.CultureInvariant), stream, count);
    }

    /// <summary>The current run has written lines that match.</summary>
    /// <param name="pattern">What they must match. The container says what is matched: give the expression a time-out, or
    /// <see cref="RegexOptions.NonBacktracking"/>.</param>
    /// <param name="stream">Where; null for either output.</param>
    /// <param name="count">How many lines.</param>
    public static ReadyCondition LogLine(Regex pattern, OutputStream? stream = null, int count = 1)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return new LogLineCondition(pattern, stream, count);
    }

    /// <summary>A TCP port is listened on in the container's network, at whatever address.</summary>
    /// <param name="port">1 to 65535; the container's, not one that is published.</param>
    public static ReadyCondition PortListening(int port) => new PortCondition(CheckPort(port));

    /// <summary>A page can be had inside of the container's network, with a status of 200 to 399.</summary>
    /// <param name="port">1 to 65535.</param>
    /// <param name="path">The path and query, with a leading slash.</param>
    public static ReadyCondition Http(int port, string path = "/") => Http(new HttpProbe(port, path));

    /// <summary>A page can be had inside of the container's network.</summary>
    /// <param name="probe">Which, and what is success.</param>
    public static ReadyCondition Http(HttpProbe probe)
    {
        ArgumentNullException.ThrowIfNull(probe);
        CheckPort(probe.Port);
        return new HttpCondition(probe);
    }

    /// <summary>A program in the container exits with code 0. It is run again until it does.</summary>
    /// <param name="spec">The program.</param>
    public static ReadyCondition Command(ExecSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return new CommandCondition(spec);
    }

    /// <summary>One of several conditions is fulfilled.</summary>
    /// <param name="conditions">Which; at least one.</param>
    public static ReadyCondition AnyOf(params ReadOnlySpan<ReadyCondition> conditions) => new AnyCondition(NotEmpty(conditions));

    /// <summary>All of several conditions have been fulfilled, in any order.</summary>
    /// <param name="conditions">Which; at least one.</param>
    public static ReadyCondition AllOf(params ReadOnlySpan<ReadyCondition> conditions) => new AllCondition(NotEmpty(conditions));

    private static ReadyCondition[] NotEmpty(ReadOnlySpan<ReadyCondition> conditions) =>
        conditions.IsEmpty ? throw new ArgumentException("no condition is given", nameof(conditions)) : conditions.ToArray();

    private static int CheckPort(int port)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(port, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, 65535);
        return port;
    }
}
