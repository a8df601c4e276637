using System.Globalization;
using Coracle.Isolation.Cgroups.Statistics;
using Coracle.Kernel.Errors;
using Coracle.Kernel.Files;
using Coracle.Kernel.Handles;

namespace Coracle.Isolation.Cgroups;

// Being told when memory ran out.
internal sealed partial class Cgroup
{
    /// <summary>Calls back each time that memory has run out, until it is cancelled. Does nothing where nobody tells.</summary>
    /// <param name="happened">Called on a thread of the pool.</param>
    /// <param name="cancellationToken">Ends it.</param>
    internal Task WatchOomAsync(Action happened, CancellationToken cancellationToken)
    {
        CgroupSite? site = _sites.FirstOrDefault(static site => site.Controllers.Contains("memory"));
        return site is null ? Task.CompletedTask
            : site.Unified ? WatchEventsAsync(site.DirectoryOf(Id) + "/memory.events", happened, cancellationToken)
            : !IsLimited(site.DirectoryOf(Id)) ? Task.CompletedTask
            : WatchControlAsync(site.DirectoryOf(Id), happened, cancellationToken);
    }

    private async Task WatchEventsAsync(string path, Action happened, CancellationToken cancellationToken)
    {
        using FileChange change = FileChange.Watch(path);
        for (long known = 0; ;)
        {
            long kills = KeyedText.Find(_files.Read(path), "oom_kill") ?? 0;
            if (kills > known)
                happened();
            known = kills;
            await change.NextAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    // A group without a limit never wants for memory: the host does, and that is told to nobody.
    private bool IsLimited(string directory) =>
        KeyedText.Number(_files.Read(directory + "/memory.limit_in_bytes")) < CgroupCountersV1.NoLimit;

    // Version 1 adds to an eventfd whose number was written with that of the open file to cgroup.event_control. The kernel
    // keeps both until the group is removed, whatever is closed here; at the removal, it adds once more.
    private async Task WatchControlAsync(string directory, Action happened, CancellationToken cancellationToken)
    {
        using EventCounter counter = new();
        using (AppendFile? control = AppendFile.TryOpenRead(directory + "/memory.oom_control"))
        {
            if (control is null)
                return;
            string registration = string.Create(
                CultureInfo.InvariantCulture, $"{counter.Descriptor.Number} {control.Number}");
            int errno = _files.Write(directory + "/cgroup.event_control", registration);
            if (errno != 0)
                throw Errno.Failure(errno, "watch for want of memory", directory);
        }
        while (true)
        {
            await counter.NextAsync(cancellationToken).ConfigureAwait(false);
            if (!_files.Exists(directory))
                return;
            happened();
        }
    }
}
