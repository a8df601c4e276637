using Coracle.Isolation.Cgroups.Statistics;

namespace Coracle.Isolation.Cgroups;

// What the groups count, and who is in them.
internal sealed partial class Cgroup
{
    /// <summary>The counters; of each kind, those of the first version that has them.</summary>
    internal IReadOnlyList<ICgroupCounters> Counters()
    {
        List<ICgroupCounters> counters = [];
        if (_sites.Any(static site => !site.Unified))
            counters.Add(new CgroupCountersV1(_files, DirectoryOfV1));
        if (_sites.FirstOrDefault(static site => site.Unified) is { } unified)
            counters.Add(new CgroupCountersV2(_files, unified.DirectoryOf(Id)));
        return counters;
    }

    /// <summary>The ids of the container's processes, those in groups of its own below too.</summary>
    internal IReadOnlyList<int> ProcessIds()
    {
        List<int> ids = [];
        if (Directories is [var first, ..])
            Collect(first, ids);
        return ids;
    }

    private void Collect(string directory, List<int> ids)
    {
        ids.AddRange(ProcessesIn(directory));
        foreach (string child in _files.Children(directory))
            Collect(child, ids);
    }

    private string? DirectoryOfV1(string controller) =>
        _sites.FirstOrDefault(site => !site.Unified && site.Controllers.Contains(controller))?.DirectoryOf(Id);
}
