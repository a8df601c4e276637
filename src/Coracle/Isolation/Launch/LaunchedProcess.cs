using Coracle.Kernel.Handles;

namespace Coracle.Isolation.Launch;

/// <summary>A child that has executed its program and is not reaped.</summary>
/// <param name="Pid">Its pid in this process's namespace.</param>
/// <param name="Descriptor">A descriptor of it.</param>
/// <param name="Terminal">The master side of its terminal; null if it has none.</param>
internal readonly record struct LaunchedProcess(int Pid, FileDescriptor Descriptor, FileDescriptor? Terminal = null);
