using Coracle.Isolation.Cgroups;

namespace Coracle.Engine.Lifecycle;

// Standing still and going on.
internal sealed partial class ContainerRun
{
    private volatile bool _killed;

    /// <summary>Whether SIGKILL was sent. Processes that are frozen do not die of it before they go on.</summary>
    internal bool IsKilled
    {
        get => _killed;
        private set => _killed = value;
    }

    /// <summary>Makes every process stand still.</summary>
    internal Task FreezeAsync(CancellationToken cancellationToken) => Freezer.FreezeAsync(cancellationToken);

    /// <summary>Lets the processes go on.</summary>
    internal void Thaw() => Freezer.Thaw();

    /// <summary>Removes what a freeze has made that came after the end.</summary>
    internal async Task RemoveFrozenAsync()
    {
        await Cleanup.ConfigureAwait(false);
        await _parts.Cgroup.RemoveAsync(CancellationToken.None).ConfigureAwait(false);
    }

    private CgroupFreezer Freezer => _parts.Cgroup.Freezer ?? throw new ContainerRuntimeException(
        RuntimeErrorKind.NotSupported,
        $"pause container: {_parts.Id}: this host has no control group that freezes (version 2, or the freezer of version 1), or it can't be written");
}
