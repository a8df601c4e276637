namespace Coracle.Isolation.Cgroups;

/// <summary>The control groups of one container: one in each hierarchy that it is in.</summary>
internal sealed partial class Cgroup
{
    private readonly ICgroupFiles _files;
    private readonly IReadOnlyList<CgroupSite> _sites;
    private readonly CgroupSite? _freezing;

    /// <param name="files">The file systems.</param>
    /// <param name="id">The container's id.</param>
    /// <param name="sites">Where its groups are.</param>
    /// <param name="freezing">Where its processes can be frozen: one of the sites, or another one; null for nowhere.</param>
    internal Cgroup(ICgroupFiles files, string id, IReadOnlyList<CgroupSite> sites, CgroupSite? freezing)
    {
        _files = files;
        _sites = sites;
        _freezing = freezing;
        Id = id;
        Directories = [.. sites.Select(site => site.DirectoryOf(id))];
        ProcsPaths = [.. Directories.Select(static directory => directory + "/cgroup.procs")];
    }

    /// <summary>What freezes its processes; null where nothing can.</summary>
    internal CgroupFreezer? Freezer => _freezing is null || _sites.Count == 0
        ? null
        : new CgroupFreezer(_files, _freezing, Id, _sites.Contains(_freezing) ? null : _sites[0].DirectoryOf(Id));

    // The group that freezes is made by the first pause, if it is none of the others.
    private IEnumerable<CgroupSite> AllSites =>
        _freezing is null || _sites.Contains(_freezing) ? _sites : [.. _sites, _freezing];

    /// <summary>The container's id.</summary>
    internal string Id { get; }

    /// <summary>The directories of the groups.</summary>
    internal IReadOnlyList<string> Directories { get; }

    /// <summary>The files to write a process id to (0 for the writer), to join all groups.</summary>
    internal IReadOnlyList<string> ProcsPaths { get; }

    /// <summary>Whether the kernel killed a process of the container for want of memory.</summary>
    internal bool WasOomKilled() => _sites.Any(IsOomKilled);

    private bool IsOomKilled(CgroupSite site)
    {
        if (!site.Controllers.Contains("memory"))
            return false;
        string file = site.Unified ? "memory.events" : "memory.oom_control";
        string text = _files.Read($"{site.DirectoryOf(Id)}/{file}") ?? "";
        return text.Split('\n').Any(
            static line => line.StartsWith("oom_kill ", StringComparison.Ordinal) && line["oom_kill ".Length..].Trim() != "0");
    }
}
