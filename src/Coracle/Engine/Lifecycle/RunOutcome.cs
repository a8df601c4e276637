namespace Coracle.Engine.Lifecycle;

/// <summary>How one run of a container ended.</summary>
/// <param name="Status">Exit code or signal.</param>
/// <param name="OomKilled">Whether the kernel killed a process of it for want of memory.</param>
/// <param name="FinishedAt">When.</param>
internal sealed record RunOutcome(ExitStatus Status, bool OomKilled, DateTimeOffset FinishedAt);
