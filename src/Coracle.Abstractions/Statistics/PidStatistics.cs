namespace Coracle;

/// <summary>Processes and threads of a container.</summary>
/// <param name="Current">How many there are, threads included.</param>
/// <param name="Limit">How many there may be; null for any number.</param>
public sealed record PidStatistics(long Current, long? Limit);
