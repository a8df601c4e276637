namespace Coracle;

/// <summary>A resource limit of a process (getrlimit(2)).</summary>
/// <param name="Name">The lower-case name without the prefix: <c>nofile</c>, <c>nproc</c>, <c>core</c>, <c>memlock</c>...</param>
/// <param name="Soft">The limit in force; -1 for none.</param>
/// <param name="Hard">The ceiling of the soft limit; -1 for none.</param>
public readonly record struct Ulimit(string Name, long Soft, long Hard);
