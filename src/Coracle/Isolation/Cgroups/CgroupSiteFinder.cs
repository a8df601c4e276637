using Coracle.Isolation.Cgroups.Layout;

namespace Coracle.Isolation.Cgroups;

/// <summary>Finds the places where groups can be made, and says why where they can't.</summary>
internal sealed class CgroupSiteFinder(ICgroupFiles files)
{
    private readonly List<string> _remarks = [];

    internal IReadOnlyList<string> Remarks => _remarks;

    internal IReadOnlyList<CgroupSite> Find(CgroupTopology topology)
    {
        List<CgroupSite> sites = [];
        foreach (CgroupMount mount in topology.Mounts)
        {
            if (mount.ReadOnly)
                _remarks.Add($"the control groups at {mount.MountPoint} are mounted read-only: limits need them writable (in a container, run it with --privileged or mount them read-write)");
            else if (RootFor(mount) is { } root)
                sites.Add(new CgroupSite(root, mount.Unified, ControllersAt(mount, root)));
            else
                _remarks.Add($"no control group below {mount.MountPoint} can be written by this user: limits need a delegated one (systemd: Delegate=yes in the unit, or run as root)");
        }
        if (topology.Layout == CgroupLayout.None)
            _remarks.Add("no control groups are mounted: limits need them at /sys/fs/cgroup");
        return sites;
    }

    private string? RootFor(CgroupMount mount)
    {
        if (files.IsWritable(mount.MountPoint))
            return mount.MountPoint;
        if (mount.OwnDirectory is not { } own)
            return null;
        if (!mount.Unified)
            return files.IsWritable(own) ? own : null;
        // A group of version 2 that has processes can't give controllers to its children, so not the own one. To move a
        // process, the procs file of the group around both places must be writable too.
        for (string? group = Path.GetDirectoryName(own); IsBelow(group, mount.MountPoint); group = Path.GetDirectoryName(group))
        {
            if (files.IsWritable(group!) && files.IsWritable($"{group}/cgroup.procs"))
                return group;
        }
        return files.IsWritable(own) ? own : null;
    }

    private HashSet<string> ControllersAt(CgroupMount mount, string root)
    {
        if (!mount.Unified)
            return [.. mount.Controllers];
        string text = files.Read($"{root}/cgroup.controllers") ?? "";
        return [.. text.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries)];
    }

    private static bool IsBelow(string? group, string mountPoint) =>
        group is not null && group.StartsWith(mountPoint + "/", StringComparison.Ordinal);
}
