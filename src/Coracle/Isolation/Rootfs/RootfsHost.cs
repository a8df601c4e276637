namespace Coracle.Isolation.Rootfs;

/// <summary>What the plan of a root must know about the host.</summary>
/// <param name="HasFirmware">Whether sysfs has <c>/sys/firmware</c>.</param>
/// <param name="CgroupHierarchies">The version 1 hierarchies that are mounted; empty where there is only version 2.</param>
internal sealed record RootfsHost(bool HasFirmware, IReadOnlyList<CgroupHierarchy> CgroupHierarchies)
{
    /// <summary>Looks.</summary>
    internal static RootfsHost Read() =>
        new(Directory.Exists("/sys/firmware"), CgroupHierarchy.Parse(File.ReadLines("/proc/self/mountinfo")));
}
