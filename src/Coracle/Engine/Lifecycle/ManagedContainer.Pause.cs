namespace Coracle.Engine.Lifecycle;

// Standing still and going on.
internal sealed partial class ManagedContainer
{
    private volatile bool _pausing;
    private volatile TaskCompletionSource? _pause;

    /// <summary>Completed unless it is paused; then it completes when it goes on.</summary>
    internal Task GoingOn => _pause?.Task ?? Task.CompletedTask;

    internal async Task PauseAsync(CancellationToken cancellationToken)
    {
        using IDisposable transition = await EnterAsync(cancellationToken).ConfigureAwait(false);
        ContainerRun run = RunningHere("pause");
        if (_state.State == ContainerState.Paused)
            throw Conflict("pause", $"Container {Id} is already paused");
        _pausing = true;
        try
        {
            await FreezeAsync(run, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _pausing = false;
        }
    }

    internal async Task UnpauseAsync(CancellationToken cancellationToken)
    {
        using IDisposable transition = await EnterAsync(cancellationToken).ConfigureAwait(false);
        ContainerRun run = RunningHere("unpause");
        if (!ThawIfPaused(run))
            throw Conflict("unpause", $"Container {Id} is not paused");
    }

    private async Task FreezeAsync(ContainerRun run, CancellationToken cancellationToken)
    {
        try
        {
            await run.FreezeAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (ContainerRuntimeException) when (run.IsOver)
        {
            // Its groups went away meanwhile: that it has ended is what there is to say.
        }
        if (!run.IsKilled && TryTellPaused(run))
            return;
        if (run.IsOver)
            await run.RemoveFrozenAsync().ConfigureAwait(false);
        else
            run.Thaw(); // to die
        throw Conflict("pause", $"container {Id} is not running");
    }

    private bool ThawIfPaused(ContainerRun run)
    {
        // What it does from here on, its end too, is told after this.
        lock (_stateGate)
        {
            if (_run != run || _state.State != ContainerState.Paused)
                return false;
            run.Thaw();
            SetState(_state with { State = ContainerState.Running });
            _pause?.TrySetResult();
            _pause = null;
            Publish("unpause");
            return true;
        }
    }

    // A signal that shall end it must reach it also when it is just being paused.
    private async Task ThawToEndAsync(ContainerRun run)
    {
        if (!_pausing)
            return;
        using IDisposable transition = await EnterAsync(CancellationToken.None).ConfigureAwait(false);
        ThawIfPaused(run);
    }

    // A program that was being started while the container was paused came too late to be frozen with the others.
    private async Task FreezeLateAsync(ContainerRun run)
    {
        if (!_pausing && _state.State != ContainerState.Paused)
            return;
        using IDisposable transition = await EnterAsync(CancellationToken.None).ConfigureAwait(false);
        if (_run != run || run.IsOver || _state.State != ContainerState.Paused)
            return;
        try
        {
            await run.FreezeAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (ContainerRuntimeException)
        {
            ThawIfPaused(run); // all go on, as they do where a pause fails
        }
    }

    private ContainerRun RunningHere(string step)
    {
        if (_removed)
            throw NotThere(step);
        if (_run is { IsOver: false } run)
            return run;
        if (_pending is not null)
            throw Conflict(step, $"Container {Id} is restarting, wait until the container is running");
        throw Conflict(step, RunsElsewhere() ? "it was started by another process" : $"container {Id} is not running");
    }

    // The end of a run is recorded at any moment; nothing may overwrite it.
    private bool TryTellPaused(ContainerRun run)
    {
        lock (_stateGate)
        {
            if (_run != run || _state.State != ContainerState.Running)
                return false;
            _pause = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            SetState(_state with { State = ContainerState.Paused });
            Publish("pause");
            return true;
        }
    }
}
