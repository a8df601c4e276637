using Coracle.Isolation.Cgroups.Planning;
using Coracle.Isolation.Spec;
using Coracle.Kernel.Errors;

namespace Coracle.Isolation.Cgroups;

/// <summary>Makes the groups of one container and writes its limits.</summary>
internal sealed class CgroupApplier(ICgroupFiles files, string id)
{
    private const string SubtreeControl = "cgroup.subtree_control";

    private readonly List<CgroupSite> _sites = [];

    /// <summary>Where groups were made.</summary>
    internal IReadOnlyList<CgroupSite> Sites => _sites;

    /// <summary>Makes the group in one hierarchy.</summary>
    internal void Make(CgroupSite site, CgroupPlan plan, IReadOnlyList<LinuxDeviceRule> devices)
    {
        CgroupWrite[] writes = [.. plan.Writes.Where(write => site.Controllers.Contains(write.Controller))];
        string directory = MakeDirectories(site, writes);
        foreach (CgroupWrite write in writes)
            Write(directory, write);
        if (devices.Count == 0)
            return;
        if (site.Unified)
            CgroupDevices.Attach(directory, devices);
        else if (site.Controllers.Contains(CgroupDevices.Controller))
            CgroupDevices.Write(files, directory, devices);
    }

    /// <summary>Removes what was made.</summary>
    internal void Undo()
    {
        foreach (CgroupSite site in _sites)
            files.RemoveDirectory(site.DirectoryOf(id));
    }

    private string MakeDirectories(CgroupSite site, CgroupWrite[] writes)
    {
        string directory = site.DirectoryOf(id);
        int errno = files.MakeDirectory(directory);
        if (errno == Errno.ENOENT)
        {
            MakeParent(site);
            errno = files.MakeDirectory(directory);
        }
        if (errno != 0)
            throw Errno.Failure(errno, "make control group", directory);
        _sites.Add(site);
        if (site.Unified)
            Enable(site, writes);
        else if (site.Controllers.Contains("cpuset"))
            InheritCpuset(site.Parent, directory);
        return directory;
    }

    private void MakeParent(CgroupSite site)
    {
        int errno = files.MakeDirectory(site.Parent);
        // Another process may have been first.
        if (errno is not (0 or Errno.EEXIST))
            throw Errno.Failure(errno, "make control group", site.Parent);
        if (!site.Unified && site.Controllers.Contains("cpuset"))
            InheritCpuset(site.Root, site.Parent);
    }

    // A new group of version 1 has no processors and no memory, and no process can join it.
    private void InheritCpuset(string from, string to)
    {
        foreach (string file in (ReadOnlySpan<string>)["cpuset.cpus", "cpuset.mems"])
        {
            if (string.IsNullOrWhiteSpace(files.Read($"{to}/{file}")) && files.Read($"{from}/{file}") is { } value)
                files.Write($"{to}/{file}", value.Trim());
        }
    }

    // A controller works in a group when all groups above give it to their children.
    private void Enable(CgroupSite site, CgroupWrite[] writes)
    {
        Enable(site, "memory", required: writes.Any(static write => write.Controller == "memory"));
        foreach (string controller in writes.Select(static write => write.Controller).Distinct())
            Enable(site, controller, required: true);
    }

    private void Enable(CgroupSite site, string controller, bool required)
    {
        if (!site.Controllers.Contains(controller) || IsEnabled(site.Parent, controller))
            return;
        foreach (string group in (ReadOnlySpan<string>)[site.Root, site.Parent])
        {
            int errno = IsEnabled(group, controller) ? 0 : files.Write($"{group}/{SubtreeControl}", "+" + controller);
            if (errno != 0 && !required)
                return;
            if (errno != 0)
                throw Errno.Failure(errno, $"enable the controller {controller}", group, RemedyFor(errno));
        }
    }

    private bool IsEnabled(string group, string controller) =>
        (files.Read($"{group}/{SubtreeControl}") ?? "").Split([' ', '\n']).Contains(controller);

    private static string? RemedyFor(int errno) => errno switch
    {
        Errno.EBUSY => "processes run in that group itself, and a group with processes can't limit its children: start them in a group below it",
        Errno.ENOENT => "the group around it does not have it: delegate it (systemd: Delegate=cpu cpuset io memory pids)",
        Errno.EACCES or Errno.EPERM => "the group is not delegated to this user (systemd: Delegate=yes)",
        _ => null,
    };

    private void Write(string directory, CgroupWrite write)
    {
        int errno = files.Write($"{directory}/{write.File}", write.Value);
        if (errno == 0 || (write.Optional && errno == Errno.ENOENT))
            return;
        string? remedy = (errno, write.File) switch
        {
            (Errno.ENOENT, "memory.memsw.limit_in_bytes" or "memory.swap.max") =>
                "the kernel does not count swap: boot it with swapaccount=1",
            (Errno.ENOENT, _) => "this kernel does not have that limit",
            (Errno.ENODEV, _) => "there is no such device, or it does not take this limit",
            (Errno.EINVAL or Errno.ERANGE, _) => $"the kernel does not take {write.Value}",
            _ => null,
        };
        throw Errno.Failure(errno, $"set {write.File} to {write.Value}", directory, remedy);
    }
}
