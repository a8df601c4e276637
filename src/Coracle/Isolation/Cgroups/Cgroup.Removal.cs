using Coracle.Kernel.Errors;
using Coracle.Kernel.Files;
using Coracle.Kernel.Processes;

namespace Coracle.Isolation.Cgroups;

// Killing and removing.
internal sealed partial class Cgroup
{
    // Version 1 tells nobody that a group became empty, and the last process leaves its group a moment after its end was
    // reported: these waits are all there is, and add up to a second.
    private const int MaxRetries = 10;

    /// <summary>Kills every process in the groups, and waits for their ends.</summary>
    internal async Task KillAsync(CancellationToken cancellationToken)
    {
        // Before all else: a process that version 1 has frozen does not die.
        Freezer?.Thaw();
        foreach (CgroupSite site in _sites)
        {
            string directory = site.DirectoryOf(Id);
            // From Linux 5.14 on, one write kills all, also those that are being forked.
            if (site.Unified)
                _files.Write(directory + "/cgroup.kill", "1");
            await EndAllAsync(directory, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Removes the groups, and kills whatever is left in them.</summary>
    /// <exception cref="ContainerRuntimeException">A group can't be removed.</exception>
    internal async Task RemoveAsync(CancellationToken cancellationToken)
    {
        foreach (CgroupSite site in AllSites)
        {
            string directory = site.DirectoryOf(Id);
            int errno = RemoveTree(directory);
            for (int retry = 0; errno == Errno.EBUSY && retry < MaxRetries; retry++)
            {
                await KillAsync(cancellationToken).ConfigureAwait(false);
                if (site.Unified)
                    await WaitEmptyAsync(directory, cancellationToken).ConfigureAwait(false);
                else if (retry > 0)
                    await Task.Delay(1 << retry, cancellationToken).ConfigureAwait(false);
                errno = RemoveTree(directory);
            }
            if (errno is not (0 or Errno.ENOENT))
                throw Errno.Failure(errno, "remove control group", directory);
        }
    }

    // A container that was given its groups may have made more below them.
    private int RemoveTree(string directory)
    {
        int errno = _files.RemoveDirectory(directory);
        if (errno != Errno.EBUSY)
            return errno;
        foreach (string child in _files.Children(directory))
            RemoveTree(child);
        return _files.RemoveDirectory(directory);
    }

    private async Task EndAllAsync(string directory, CancellationToken cancellationToken)
    {
        foreach (string child in _files.Children(directory))
            await EndAllAsync(child, cancellationToken).ConfigureAwait(false);
        // A process may fork while the list is read: until none is left.
        while (ProcessesIn(directory) is { Count: > 0 } ids)
            await EndAsync(directory, ids, cancellationToken).ConfigureAwait(false);
    }

    private async Task EndAsync(string directory, List<int> ids, CancellationToken cancellationToken)
    {
        List<ForeignProcess> processes = [.. ids.Select(ForeignProcess.TryOpen).OfType<ForeignProcess>()];
        try
        {
            // What is listed again was held before: the id can't have been given to a process outside meanwhile.
            List<int> again = ProcessesIn(directory);
            await Task.WhenAll(processes
                .Where(process => again.Contains(process.Id))
                .Select(process => process.KillAsync(cancellationToken))).ConfigureAwait(false);
        }
        finally
        {
            processes.ForEach(static process => process.Dispose());
        }
    }

    private List<int> ProcessesIn(string directory) => [.. CgroupMembers.ReadOwn(_files, directory)];

    private async Task WaitEmptyAsync(string directory, CancellationToken cancellationToken)
    {
        string events = directory + "/cgroup.events";
        if (!_files.Exists(directory))
            return;
        using FileChange change = FileChange.Watch(events);
        while ((_files.Read(events) ?? "").Contains("populated 1", StringComparison.Ordinal))
            await change.NextAsync(cancellationToken).ConfigureAwait(false);
    }
}
