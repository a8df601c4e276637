using Coracle.Isolation.Spec;
using Coracle.Kernel.Handles;
using Coracle.Kernel.Mounts;

namespace Coracle.Isolation.Launch;

/// <summary>All that is needed to start a container.</summary>
internal sealed record LaunchRequest
{
    internal required RuntimeSpec Spec { get; init; }

    /// <summary>The root: a directory of the host, or a mount that is there already. Used during the start only.</summary>
    internal required Mount Root { get; init; }

    /// <summary>The <c>cgroup.procs</c> files of the control groups to be born into, limits set.</summary>
    internal IReadOnlyList<string> CgroupProcs { get; init; } = [];

    /// <summary>The program's standard input; null for the container's /dev/null. Used during the start only, as the next
    /// two.</summary>
    internal FileDescriptor? StandardInput { get; init; }

    internal FileDescriptor? StandardOutput { get; init; }

    internal FileDescriptor? StandardError { get; init; }

    /// <summary>Whether a first process stands before the program (<see cref="InitPlan"/>).</summary>
    internal bool Init { get; init; }

    /// <summary>Whether the kernel kills the container when this process ends, however it ends.</summary>
    internal bool DieWithParent { get; init; } = true;
}
