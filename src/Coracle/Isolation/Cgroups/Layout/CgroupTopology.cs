namespace Coracle.Isolation.Cgroups.Layout;

/// <summary>Which hierarchies of control groups there are and where this process is in them. Read from text only.</summary>
internal sealed class CgroupTopology
{
    private CgroupTopology(CgroupLayout layout, IReadOnlyList<CgroupMount> mounts)
    {
        Layout = layout;
        Mounts = mounts;
    }

    internal CgroupLayout Layout { get; }

    /// <summary>The hierarchies with controllers, and the one of version 2. Named ones of version 1 belong to the
    /// init system.</summary>
    internal IReadOnlyList<CgroupMount> Mounts { get; }

    /// <summary>Reads what the kernel tells.</summary>
    /// <param name="mountInfo">The text of <c>/proc/self/mountinfo</c>.</param>
    /// <param name="membership">The text of <c>/proc/self/cgroup</c>.</param>
    internal static CgroupTopology Parse(string mountInfo, string membership)
    {
        List<MountInfoLine> lines = MountInfoLine.ParseCgroups(mountInfo);
        List<CgroupMount> mounts = [];
        foreach (string line in membership.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            // id : controllers : path; the path may have colons.
            string[] fields = line.Split(':', 3);
            if (fields.Length == 3 && MountOf(fields[1], fields[2], lines) is { } mount)
                mounts.Add(mount);
        }
        bool unified = mounts.Any(static mount => mount.Unified);
        bool separate = mounts.Any(static mount => !mount.Unified);
        CgroupLayout layout = (unified, separate) switch
        {
            (true, true) => CgroupLayout.Hybrid,
            (true, false) => CgroupLayout.V2,
            (false, true) => CgroupLayout.V1,
            _ => CgroupLayout.None,
        };
        return new CgroupTopology(layout, mounts);
    }

    private static CgroupMount? MountOf(string controllers, string path, List<MountInfoLine> lines)
    {
        bool unified = controllers.Length == 0;
        if (controllers.StartsWith("name=", StringComparison.Ordinal))
            return null;
        string[] names = unified ? [] : controllers.Split(',');
        MountInfoLine? best = null;
        foreach (MountInfoLine line in lines)
        {
            if (line.Unified == unified && (unified || names.All(line.SuperOptions.Contains)) && IsBetter(line, best, path))
                best = line;
        }
        return best is null ? null : new CgroupMount
        {
            MountPoint = best.MountPoint,
            Unified = unified,
            Controllers = names,
            OwnDirectory = best.DirectoryOf(path),
            ReadOnly = best.ReadOnly,
        };
    }

    // A hierarchy can be mounted at several places, of which container runtimes add some. The usual place is the best one.
    private static bool IsBetter(MountInfoLine candidate, MountInfoLine? best, string path) =>
        best is null || Rank(candidate, path) > Rank(best, path);

    private static int Rank(MountInfoLine line, string path) =>
        (line.ReadOnly ? 0 : 4)
        + (line.MountPoint.StartsWith("/sys/fs/cgroup", StringComparison.Ordinal) ? 2 : 0)
        + (line.DirectoryOf(path) is null ? 0 : 1);
}
