namespace Coracle;

/// <summary>What became of a container that was run to its end.</summary>
/// <param name="Status">How the program ended.</param>
/// <param name="StandardOutput">All of its standard output, as UTF-8 text.</param>
/// <param name="StandardError">All of its standard error, as UTF-8 text.</param>
/// <param name="OomKilled">Whether the kernel killed a process of it for want of memory.</param>
public sealed record ContainerResult(ExitStatus Status, string StandardOutput, string StandardError, bool OomKilled);
