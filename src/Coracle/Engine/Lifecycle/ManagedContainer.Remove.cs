using Coracle.Kernel.Interop;

namespace Coracle.Engine.Lifecycle;

// Removal.
internal sealed partial class ManagedContainer
{
    private readonly TaskCompletionSource _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal async Task RemoveAsync(bool force, bool removeVolumes, CancellationToken cancellationToken)
    {
        using IDisposable transition = await EnterAsync(cancellationToken).ConfigureAwait(false);
        if (_removed)
            throw NotThere("remove");
        if (RunsElsewhere())
            throw Conflict("remove", "it runs, started by another process");
        if (!force && (_run is { IsOver: false } || _pending is not null))
            throw Conflict("remove", _state.State switch
            {
                ContainerState.Paused => "container is paused and must be unpaused first (or force)",
                ContainerState.Restarting => "container is restarting: stop the container before removing or force remove",
                _ => "it is running (stop it first, or force)",
            });
        await EndAsync().ConfigureAwait(false);
        await RemoveCoreAsync(removeVolumes).ConfigureAwait(false);
    }

    /// <summary>What disposal does: ends and removes the container, if it is still there.</summary>
    internal async Task RemoveIfPresentAsync()
    {
        using IDisposable transition = await EnterAsync(CancellationToken.None).ConfigureAwait(false);
        if (_removed || RunsElsewhere())
            return;
        await EndAsync().ConfigureAwait(false);
        await RemoveCoreAsync(removeVolumes: true).ConfigureAwait(false);
    }

    /// <summary>What the end of the runtime does: ends what it runs, and removes what it made and nobody wants to keep.</summary>
    internal async Task CloseAsync(string owner)
    {
        if (Record.Owner == owner && !Record.Spec.KeepAfterDispose)
        {
            await RemoveIfPresentAsync().ConfigureAwait(false);
            return;
        }
        using (await EnterAsync(CancellationToken.None).ConfigureAwait(false))
        {
            await EndAsync().ConfigureAwait(false);
            if (_run is { } run)
                await run.Cleanup.ConfigureAwait(false);
            await _config.ConfigureAwait(false);
        }
        if (_run is not null)
            await RemoveIfOverAsync().ConfigureAwait(false);
    }

    // Ends the run, if there is one or will be.
    private async Task EndAsync()
    {
        await CancelRestartAsync().ConfigureAwait(false);
        if (_run is not { } run)
            return;
        if (!run.IsOver)
            TrySend(run, Signal.Kill);
        await run.Outcome.ConfigureAwait(false);
    }

    // Automatic removal: nobody waits for this.
    private async Task RemoveItselfAsync(ContainerRun run)
    {
        try
        {
            await run.Cleanup.ConfigureAwait(false);
            await RemoveIfOverAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is ContainerRuntimeException or IOException)
        {
            EngineLog.CleanupFailed(_services.Logger, Record.Id, e);
        }
    }

    private async Task RemoveIfOverAsync()
    {
        if (!Record.Spec.AutoRemove)
            return;
        using IDisposable transition = await EnterAsync(CancellationToken.None).ConfigureAwait(false);
        if (!_removed && !_isRestartedByUser && _state.State == ContainerState.Exited && _run is not { IsOver: false })
            await RemoveCoreAsync(removeVolumes: true).ConfigureAwait(false);
    }

    // In a transition.
    private async Task RemoveAfterAsync(ContainerRuntimeException failure)
    {
        try
        {
            await RemoveCoreAsync(removeVolumes: true).ConfigureAwait(false);
        }
        catch (Exception e) when (e is ContainerRuntimeException or IOException)
        {
            failure.AddCleanupErrors([e]);
        }
    }

    private async Task RemoveCoreAsync(bool removeVolumes)
    {
        if (_run is { } run)
            await run.Cleanup.ConfigureAwait(false);
        await _config.ConfigureAwait(false);
        Refresh();
        lock (_stateGate)
            _removed = true;
        _services.Discard(Record, removeVolumes);
        _ = Libc.unlink(LockPath);
        Publish("destroy");
        _services.Table.Remove(this);
        _gone.TrySetResult();
    }
}
