namespace Coracle.Isolation.Cgroups.Layout;

/// <summary>A mounted hierarchy of control groups, as this process sees it.</summary>
internal sealed record CgroupMount
{
    /// <summary>Where it is mounted.</summary>
    internal required string MountPoint { get; init; }

    /// <summary>Whether it is the one of version 2.</summary>
    internal required bool Unified { get; init; }

    /// <summary>Its controllers; those of version 2 are only known by reading its files.</summary>
    internal IReadOnlyList<string> Controllers { get; init; } = [];

    /// <summary>The directory of the group that this process is in; null where that can't be seen.</summary>
    internal string? OwnDirectory { get; init; }

    /// <summary>Whether it is mounted read-only.</summary>
    internal bool ReadOnly { get; init; }
}
