using Coracle.Kernel.Interop;

namespace Coracle.Engine.Lifecycle;

// Removal.
internal sealed partial class ManagedContainer
{
    internal async Task RemoveAsync(bool force, CancellationToken cancellationToken)
    {
        using IDisposable transition = await EnterAsync(cancellationToken).ConfigureAwait(false);
        if (_removed)
            throw NotThere("remove");
        if (RunsElsewhere())
            throw Conflict("remove", "it runs, started by another process");
        if (_run is { IsOver: false })
        {
            if (!force)
                throw Conflict("remove", "it is running (stop it first, or force)");
            await EndAsync().ConfigureAwait(false);
        }
        await RemoveCoreAsync().ConfigureAwait(false);
    }

    /// <summary>What disposal does: ends and removes the container, if it is still there.</summary>
    internal async Task RemoveIfPresentAsync()
    {
        using IDisposable transition = await EnterAsync(CancellationToken.None).ConfigureAwait(false);
        if (_removed || RunsElsewhere())
            return;
        await EndAsync().ConfigureAwait(false);
        await RemoveCoreAsync().ConfigureAwait(false);
    }

    /// <summary>What the end of the runtime does: ends what it runs, and removes what it made and nobody wants to keep.</summary>
    internal async Task CloseAsync(string owner)
    {
        if (Record.Owner == owner && !Record.Spec.KeepAfterDispose)
        {
            await RemoveIfPresentAsync().ConfigureAwait(false);
            return;
        }
        using IDisposable transition = await EnterAsync(CancellationToken.None).ConfigureAwait(false);
        await EndAsync().ConfigureAwait(false);
        if (_run is { } run)
            await run.Cleanup.ConfigureAwait(false);
        await _config.ConfigureAwait(false);
    }

    // Ends the run, if there is one.
    private async Task EndAsync()
    {
        if (_run is not { } run)
            return;
        if (!run.IsOver)
            TrySend(run, Signal.Kill);
        await run.Outcome.ConfigureAwait(false);
    }

    private async Task RemoveCoreAsync()
    {
        if (_run is { } run)
            await run.Cleanup.ConfigureAwait(false);
        await _config.ConfigureAwait(false);
        _removed = true;
        _services.Discard(Record);
        _ = Libc.unlink(LockPath);
        Publish("destroy");
        _services.Table.Remove(this);
    }
}
