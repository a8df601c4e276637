using System.Collections.Concurrent;
using Coracle.Kernel.Errors;

namespace Coracle.Isolation.Cgroups;

// Groups inside of the container's, one for each further program.
internal sealed partial class Cgroup
{
    private readonly ConcurrentQueue<string> _released = new();
    private int _parts;

    /// <summary>Makes a part for a program, and what it starts.</summary>
    internal CgroupPart MakePart()
    {
        // Version 2 kills a group as one; the devices of version 1 are what every container has, and what a group in another
        // inherits as it is.
        CgroupSite? site = _sites.FirstOrDefault(static site => site.Unified)
            ?? _sites.FirstOrDefault(static site => site.Controllers.Contains(CgroupDevices.Controller));
        if (site is null)
            return new CgroupPart(this, directory: null, ProcsPaths);
        string parent = site.DirectoryOf(Id);
        string directory = $"{parent}/exec-{Interlocked.Increment(ref _parts)}";
        int errno = _files.MakeDirectory(directory);
        if (errno != 0)
            throw Errno.Failure(errno, "make control group", directory);
        return new CgroupPart(this, directory, [.. Directories.Select(group => (group == parent ? directory : group) + "/cgroup.procs")]);
    }

    /// <summary>Kills every process in a part, and waits for their ends.</summary>
    internal async Task KillPartAsync(string directory, CancellationToken cancellationToken)
    {
        // From Linux 5.14 on, one write kills all, also those that are being forked. Version 1 has no such file.
        _files.Write(directory + "/cgroup.kill", "1");
        await EndAllAsync(directory, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Removes a part. One in which something still runs is tried again with the next one, and goes with the container
    /// at the latest.</summary>
    internal void ReleasePart(string directory)
    {
        _released.Enqueue(directory);
        for (int left = _released.Count; left > 0 && _released.TryDequeue(out string? part); left--)
        {
            if (_files.RemoveDirectory(part) == Errno.EBUSY)
                _released.Enqueue(part);
        }
    }
}
