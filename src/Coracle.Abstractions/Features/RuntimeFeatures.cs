namespace Coracle;

/// <summary>What a runtime can do on this host. Probed, never guessed from version numbers alone.</summary>
public sealed record RuntimeFeatures
{
    /// <summary>Which backend this is: <c>coracle</c> for the in-process engine.</summary>
    public required string Backend { get; init; }

    /// <summary>The kernel release, as uname(2) gives it.</summary>
    public required string KernelRelease { get; init; }

    /// <summary>The platform of images that run without emulation.</summary>
    public required Platform Platform { get; init; }

    /// <summary>Whether the runtime works without being root on the host.</summary>
    public required bool Rootless { get; init; }

    /// <summary>The layout of the control groups.</summary>
    public required CgroupLayout Cgroups { get; init; }

    /// <summary>The controllers whose limits can be set, for example <c>memory</c>, <c>cpu</c>, <c>pids</c>.</summary>
    public required IReadOnlyList<string> CgroupControllers { get; init; }

    /// <summary>Whether containers share image layers through overlayfs. Otherwise each has a copy of its own.</summary>
    public required bool Overlay { get; init; }

    /// <summary>Whether a layer can be kept as one EROFS file that the kernel mounts.</summary>
    public required bool Erofs { get; init; }

    /// <summary>Whether system calls can be filtered (seccomp(2)).</summary>
    public required bool Seccomp { get; init; }

    /// <summary>What is missing on this host and how it could be had, one sentence each.</summary>
    public IReadOnlyList<string> Remarks { get; init; } = [];
}

/// <summary>The layout of the control groups of a host (cgroups(7)).</summary>
public enum CgroupLayout
{
    /// <summary>There are none that this process may use.</summary>
    None,

    /// <summary>Version 1: one hierarchy a controller.</summary>
    V1,

    /// <summary>Version 1 controllers beside a version 2 hierarchy without controllers.</summary>
    Hybrid,

    /// <summary>Version 2: one hierarchy.</summary>
    V2,
}
