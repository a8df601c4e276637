using System.Globalization;

namespace Coracle.Isolation.Cgroups;

/// <summary>The processes in a group.</summary>
internal static class CgroupMembers
{
    /// <summary>Those in the group itself.</summary>
    internal static IEnumerable<int> ReadOwn(ICgroupFiles files, string directory)
    {
        foreach (string line in (files.Read(directory + "/cgroup.procs") ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            // 0 stands for a process of another pid namespace, which can't be named from here.
            if (int.TryParse(line, CultureInfo.InvariantCulture, out int id) && id > 0)
                yield return id;
        }
    }

    /// <summary>Those in the group and in all groups below it.</summary>
    internal static HashSet<int> Read(ICgroupFiles files, string directory)
    {
        HashSet<int> ids = [.. ReadOwn(files, directory)];
        foreach (string child in files.Children(directory))
            ids.UnionWith(Read(files, child));
        return ids;
    }
}
