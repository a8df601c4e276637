namespace Coracle.Isolation.Rootfs;

/// <summary>What the plan of a root must know about the host.</summary>
/// <param name="HasFirmware">Whether sysfs has <c>/sys/firmware</c>.</param>
/// <param name="CgroupHierarchies">The version 1 hierarchies that are mounted; empty where there is only version 2.</param>
internal sealed record RootfsHost(bool HasFirmware, IReadOnlyList<CgroupHierarchy> CgroupHierarchies)
{
    /// <summary>Whether there are version 1 hierarchies, and the container is in no group of its own in any.</summary>
    internal bool NoCgroups { get; private init; }

    /// <summary>The same with those hierarchies only that a container has a group of its own in: in any other it would see the
    /// groups of the host.</summary>
    /// <param name="procs">The <c>cgroup.procs</c> files of its groups.</param>
    internal RootfsHost JoinedBy(IReadOnlyList<string> procs)
    {
        CgroupHierarchy[] joined = [.. CgroupHierarchies.Where(
            hierarchy => procs.Any(path => path.StartsWith(hierarchy.MountPoint + "/", StringComparison.Ordinal)))];
        return this with { CgroupHierarchies = joined, NoCgroups = joined.Length < CgroupHierarchies.Count && joined.Length == 0 };
    }

    /// <summary>Looks.</summary>
    internal static RootfsHost Read() =>
        new(Directory.Exists("/sys/firmware"), CgroupHierarchy.Parse(File.ReadLines("/proc/self/mountinfo")));
}
