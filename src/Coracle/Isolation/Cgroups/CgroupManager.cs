using Coracle.Isolation.Cgroups.Layout;
using Coracle.Isolation.Cgroups.Planning;
using Coracle.Isolation.Spec;
using Coracle.Kernel.Files;

namespace Coracle.Isolation.Cgroups;

/// <summary>
/// Makes the control groups of containers, as <c>coracle/&lt;id&gt;</c> in the root of each hierarchy that this process sees:
/// any process finds them there by id alone, which a sweep needs. Where that root can't be written, in the nearest group
/// around this process that can.
/// </summary>
internal sealed partial class CgroupManager
{
    private readonly ICgroupFiles _files;
    private readonly IReadOnlyList<CgroupSite> _sites;

    private CgroupManager(ICgroupFiles files, CgroupLayout layout, IReadOnlyList<CgroupSite> sites, IReadOnlyList<string> remarks)
    {
        _files = files;
        _sites = sites;
        Layout = layout;
        Remarks = remarks;
    }

    /// <summary>The layout that can be used; none where no group can be made.</summary>
    internal CgroupLayout Layout { get; }

    /// <summary>The controllers whose limits can be set.</summary>
    internal IReadOnlyList<string> Controllers =>
        [.. _sites.SelectMany(static site => site.Controllers).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>Whether the use of devices can be restricted. Where it can't, a container must not have CAP_MKNOD.</summary>
    internal bool RestrictsDevices => _sites.Any(static site => site.Unified || site.Controllers.Contains(CgroupDevices.Controller));

    /// <summary>What is missing and how it could be had, one sentence each.</summary>
    internal IReadOnlyList<string> Remarks { get; }

    /// <summary>Looks at the hierarchies of this host. Nothing is made.</summary>
    internal static CgroupManager Open() => Open(
        CgroupFiles.Instance,
        ControlFile.TryRead("/proc/self/mountinfo") ?? "",
        ControlFile.TryRead("/proc/self/cgroup") ?? "");

    /// <summary>Looks at hierarchies.</summary>
    /// <param name="files">The file systems.</param>
    /// <param name="mountInfo">The text of <c>/proc/self/mountinfo</c>.</param>
    /// <param name="membership">The text of <c>/proc/self/cgroup</c>.</param>
    internal static CgroupManager Open(ICgroupFiles files, string mountInfo, string membership)
    {
        CgroupTopology topology = CgroupTopology.Parse(mountInfo, membership);
        CgroupSiteFinder finder = new(files);
        IReadOnlyList<CgroupSite> sites = finder.Find(topology);
        CgroupLayout layout = sites.Count == 0 ? CgroupLayout.None : topology.Layout;
        return new CgroupManager(files, layout, sites, finder.Remarks);
    }

    /// <summary>Fails where limits can't be kept here, and makes nothing.</summary>
    /// <exception cref="ContainerRuntimeException">They are malformed, or this host can't keep them.</exception>
    internal void Check(LinuxResources resources) => CgroupPlan.Build(resources, VersionOf);

    /// <summary>Makes the groups of a container, limits set. Processes join by <see cref="Cgroup.ProcsPaths"/>.</summary>
    /// <param name="id">The container's id.</param>
    /// <param name="resources">The limits.</param>
    /// <exception cref="ContainerRuntimeException">A limit can't be kept; nothing is left.</exception>
    internal Cgroup Create(string id, LinuxResources resources)
    {
        CgroupPlan plan = CgroupPlan.Build(resources, VersionOf);
        CgroupApplier applier = new(_files, id);
        try
        {
            foreach (CgroupSite site in SitesFor(plan))
                applier.Make(site, plan, resources.Devices);
        }
        catch
        {
            applier.Undo();
            throw;
        }
        return new Cgroup(_files, id, applier.Sites, FreezingSite(applier.Sites));
    }

    /// <summary>The groups of a container that exist already; null where there are none.</summary>
    internal Cgroup? Find(string id)
    {
        CgroupSite[] sites = [.. _sites.Where(site => _files.Exists(site.DirectoryOf(id)))];
        return sites.Length == 0 ? null : new Cgroup(_files, id, sites, FreezingSite(sites));
    }

    /// <summary>Removes the groups of a container whose owner is gone, and whatever still runs in them.</summary>
    internal async Task RemoveLeftoverAsync(string id, CancellationToken cancellationToken)
    {
        if (Find(id) is { } cgroup)
            await cgroup.RemoveAsync(cancellationToken).ConfigureAwait(false);
    }

    private CgroupVersion VersionOf(string controller)
    {
        foreach (CgroupSite site in _sites)
        {
            if (site.Controllers.Contains(controller))
                return site.Unified ? CgroupVersion.Two : CgroupVersion.One;
        }
        return CgroupVersion.Missing;
    }
}
