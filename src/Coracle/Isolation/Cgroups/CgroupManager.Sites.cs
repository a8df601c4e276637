using Coracle.Isolation.Cgroups.Planning;

namespace Coracle.Isolation.Cgroups;

// Which hierarchies a container joins. Each one of version 1 costs a start some 75 us, of the few thousand that it takes.
internal sealed partial class CgroupManager
{
    // Tells that the kernel killed for want of memory, with or without a limit.
    private const string Memory = "memory";
    private const string Freezer = "freezer";

    // Where there is a limit, programs that look for it (Java's virtual machine) want to find all of these, or look no
    // further.
    private static readonly string[] Expected = [Memory, "cpu", "cpuacct", "cpuset", "pids"];

    // Every group of version 2 can be frozen, without a controller.
    private CgroupSite? FreezingSite(IReadOnlyList<CgroupSite> joined) =>
        joined.FirstOrDefault(static site => site.Unified)
        ?? _sites.FirstOrDefault(static site => site.Controllers.Contains(Freezer))
        ?? _sites.FirstOrDefault(static site => site.Unified);

    private IEnumerable<CgroupSite> SitesFor(CgroupPlan plan)
    {
        HashSet<string> needed = [.. plan.Controllers, Memory, CgroupDevices.Controller];
        if (plan.Writes.Count > 0)
            needed.UnionWith(Expected);
        bool hasSeparateMemory = VersionOf(Memory) == CgroupVersion.One;
        foreach (CgroupSite site in _sites)
        {
            // The tree of version 2 has what version 1 lacks for removing and killing, but costs a start as much as another
            // hierarchy: with version 1 beside it, it is joined for its controllers only.
            bool joined = site.Unified
                ? !hasSeparateMemory || plan.Controllers.Any(site.Controllers.Contains)
                : site.Controllers.Overlaps(needed);
            if (joined)
                yield return site;
        }
    }
}
