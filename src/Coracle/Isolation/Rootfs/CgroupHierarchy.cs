namespace Coracle.Isolation.Rootfs;

/// <summary>A mounted hierarchy of cgroup version 1.</summary>
/// <param name="Name">The name of its directory, for example <c>cpu,cpuacct</c>.</param>
/// <param name="Options">What mount(2) is told to get the same one, for example <c>cpu,cpuacct</c> or
/// <c>none,name=systemd</c>.</param>
/// <param name="Controllers">Its controllers; none for a named hierarchy.</param>
internal sealed record CgroupHierarchy(string Name, string Options, IReadOnlyList<string> Controllers)
{
    private const string NamePrefix = "name=";
    private const int MountPointField = 4;

    /// <summary>Where it is mounted on the host.</summary>
    internal string MountPoint { get; init; } = "";

    /// <summary>Finds them in the lines of /proc/self/mountinfo (proc(5)).</summary>
    internal static IReadOnlyList<CgroupHierarchy> Parse(IEnumerable<string> mountInfo)
    {
        Dictionary<string, CgroupHierarchy> found = [];
        foreach (string line in mountInfo)
        {
            // ... mount point, options, optional fields " - " type, source, options of the file system
            string[] parts = line.Split(" - ", 2);
            if (parts.Length < 2 || !parts[1].StartsWith("cgroup ", StringComparison.Ordinal))
                continue;
            string mountPoint = parts[0].Split(' ')[MountPointField];
            CgroupHierarchy hierarchy = Of(Path.GetFileName(mountPoint), parts[1].Split(' ')[^1].Split(',')) with { MountPoint = mountPoint };
            found.TryAdd(hierarchy.Options, hierarchy);
        }

        return [.. found.Values];
    }

    private static CgroupHierarchy Of(string name, string[] options)
    {
        string[] controllers = [.. options.Where(IsController)];
        string? named = options.FirstOrDefault(static option => option.StartsWith(NamePrefix, StringComparison.Ordinal));
        string wanted = named is null
            ? string.Join(',', controllers)
            : string.Join(',', [.. controllers.DefaultIfEmpty("none"), named]);
        return new CgroupHierarchy(name, wanted, controllers);
    }

    private static bool IsController(string option) =>
        option is not ("rw" or "ro" or "xattr" or "clone_children" or "noprefix" or "cpuset_v2_mode" or "favordynmods")
        && !option.Contains('=', StringComparison.Ordinal);
}
