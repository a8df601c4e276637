using Coracle.Isolation.Spec;
using Coracle.Kernel.Handles;

namespace Coracle.Isolation.Launch;

/// <summary>All that is needed to start a further program in a container.</summary>
internal sealed record ExecRequest
{
    /// <summary>What the container was started from: its namespaces and its filter of system calls.</summary>
    internal required RuntimeSpec Container { get; init; }

    /// <summary>The first process of the container (pidfd_open(2)).</summary>
    internal required FileDescriptor InitProcess { get; init; }

    /// <summary>The program.</summary>
    internal required SpecProcess Process { get; init; }

    /// <summary>The <c>cgroup.procs</c> files of the control groups to be born into.</summary>
    internal IReadOnlyList<string> CgroupProcs { get; init; } = [];

    /// <summary>The program's standard input; null for the container's /dev/null, or for a terminal. Used during the start
    /// only, as the next two.</summary>
    internal FileDescriptor? StandardInput { get; init; }

    internal FileDescriptor? StandardOutput { get; init; }

    internal FileDescriptor? StandardError { get; init; }
}
