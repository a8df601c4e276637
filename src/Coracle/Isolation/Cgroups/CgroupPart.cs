namespace Coracle.Isolation.Cgroups;

/// <summary>The part of a container's control groups that one further program runs in, with all that it starts: the
/// container's own groups, but for one of them, in which it has a group of its own, to be killed as one.</summary>
internal sealed class CgroupPart
{
    private readonly Cgroup _cgroup;
    private readonly string? _directory;

    internal CgroupPart(Cgroup cgroup, string? directory, IReadOnlyList<string> procsPaths)
    {
        _cgroup = cgroup;
        _directory = directory;
        ProcsPaths = procsPaths;
    }

    /// <summary>The files to write a process id to (0 for the writer), to join all groups.</summary>
    internal IReadOnlyList<string> ProcsPaths { get; }

    /// <summary>Whether it has a group of its own. If not, there is nothing to kill as one.</summary>
    internal bool IsSeparate => _directory is not null;

    /// <summary>Kills every process in it, and waits for their ends.</summary>
    internal Task KillAsync(CancellationToken cancellationToken) =>
        _directory is null ? Task.CompletedTask : _cgroup.KillPartAsync(_directory, cancellationToken);

    /// <summary>Removes the group, now or, if something still runs in it, together with a later one.</summary>
    internal void Release()
    {
        if (_directory is not null)
            _cgroup.ReleasePart(_directory);
    }
}
