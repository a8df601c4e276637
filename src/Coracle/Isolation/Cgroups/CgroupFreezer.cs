using Coracle.Kernel.Errors;
using Coracle.Kernel.Files;

namespace Coracle.Isolation.Cgroups;

/// <summary>
/// Makes every process of a container stand still, and go on. Where the container did not join a hierarchy that freezes (with
/// version 1, each costs every start; few containers are ever paused), its processes are moved into a frozen group one by one:
/// each stands still from there on, and so can't fork.
/// </summary>
internal sealed class CgroupFreezer
{
    // A process that waits for a disk or a network file system can't be frozen before that answers.
    private static readonly TimeSpan FreezeTime = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(20);

    private readonly ICgroupFiles _files;
    private readonly CgroupSite _site;
    private readonly string _directory;
    private readonly string? _members;

    /// <param name="files">The file systems.</param>
    /// <param name="site">A hierarchy that freezes.</param>
    /// <param name="id">The container's id.</param>
    /// <param name="members">A group with the container's processes; null if they are in that of the hierarchy.</param>
    internal CgroupFreezer(ICgroupFiles files, CgroupSite site, string id, string? members)
    {
        _files = files;
        _site = site;
        _directory = site.DirectoryOf(id);
        _members = members;
    }

    private string StateFile => _directory + (_site.Unified ? "/cgroup.freeze" : "/freezer.state");

    private string Events => _directory + "/cgroup.events";

    private bool IsFrozen => _site.Unified
        ? (_files.Read(Events) ?? "").Contains("frozen 1", StringComparison.Ordinal)
        : _files.Read(StateFile)?.Trim() == "FROZEN";

    /// <summary>Freezes. If that fails or is cancelled, the processes go on.</summary>
    internal async Task FreezeAsync(CancellationToken cancellationToken)
    {
        if (_members is not null)
            MakeGroup();
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(FreezeTime);
        try
        {
            Check(Set(frozen: true), "freeze control group");
            if (_members is not null)
                Gather(_members, limit.Token);
            limit.Token.ThrowIfCancellationRequested();
            await (_site.Unified ? WaitAsync(limit.Token) : RetryAsync(limit.Token)).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            Thaw();
            throw new ContainerRuntimeException(
                RuntimeErrorKind.Unavailable,
                $"freeze control group: {_directory}: not frozen after {FreezeTime.TotalSeconds:0} seconds (a process waits for a disk or a network file system)");
        }
        catch
        {
            Thaw();
            throw;
        }
    }

    /// <summary>Lets the processes go on. Does nothing where they are not frozen.</summary>
    internal void Thaw()
    {
        int errno = Set(frozen: false);
        if (errno != Errno.ENOENT)
            Check(errno, "thaw control group");
    }

    private int Set(bool frozen)
    {
        if (_site.Unified)
            return _files.Write(StateFile, frozen ? "1" : "0");
        return _files.Write(StateFile, frozen ? "FROZEN" : "THAWED");
    }

    private void MakeGroup()
    {
        foreach (string directory in (string[])[_site.Parent, _directory])
        {
            if (_files.MakeDirectory(directory) is not (0 or Errno.EEXIST) and var errno)
                throw Errno.Failure(errno, "make control group", directory);
        }
    }

    private void Gather(string members, CancellationToken cancellationToken)
    {
        HashSet<int> gone = [];
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            HashSet<int> wanted = CgroupMembers.Read(_files, members);
            HashSet<int> there = CgroupMembers.Read(_files, _directory);
            List<int> missing = [.. wanted.Where(id => !there.Contains(id) && !gone.Contains(id))];
            if (missing.Count == 0)
            {
                Release(there.Except(wanted));
                return;
            }
            foreach (int id in missing)
            {
                if (!Move(id, _directory))
                    gone.Add(id);
            }
        }
    }

    // An id may be given to another process of the host between being read and being used. That one must not stay frozen.
    private void Release(IEnumerable<int> strangers)
    {
        foreach (int id in strangers)
            Move(id, _site.Root);
    }

    private bool Move(int id, string directory)
    {
        int errno = _files.Write(directory + "/cgroup.procs", id.ToString(System.Globalization.CultureInfo.InvariantCulture));
        if (errno != Errno.ESRCH)
            Check(errno, "freeze process");
        return errno == 0;
    }

    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        using FileChange change = FileChange.Watch(Events);
        while (!IsFrozen)
            await change.NextAsync(cancellationToken).ConfigureAwait(false);
    }

    // Version 1 tells nobody when the last process stands still: it must be asked. Nearly always it is so at once; a process that
    // was just being forked is left out sometimes, until the group is told again.
    private async Task RetryAsync(CancellationToken cancellationToken)
    {
        TimeSpan pause = TimeSpan.FromMilliseconds(1);
        while (!IsFrozen)
        {
            await Task.Delay(pause, cancellationToken).ConfigureAwait(false);
            pause = pause < LongestPause ? pause * 2 : pause;
            Check(Set(frozen: true), "freeze control group");
        }
    }

    private void Check(int errno, string step)
    {
        if (errno == Errno.ENOENT)
            throw Errno.Failure(errno, step, StateFile, "a kernel older than 5.2 can't freeze groups of version 2");
        if (errno != 0)
            throw Errno.Failure(errno, step, _directory);
    }
}
