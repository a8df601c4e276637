using Coracle.Kernel.Files;

namespace Coracle.Engine.Lifecycle;

// Being started again: by the user, and by the policy.
internal sealed partial class ManagedContainer
{
    private readonly SemaphoreSlim _restarting = new(1, 1);
    private volatile PendingRestart? _pending;
    private volatile bool _isRestartedByUser;
    private bool _endedByUser; // guarded by the gate of the state

    internal async Task RestartAsync(TimeSpan? timeout, CancellationToken cancellationToken)
    {
        await _restarting.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (RunsElsewhere())
                throw Conflict("restart", "it was started by another process, and only that one can restart it");
            _isRestartedByUser = true; // it must not remove itself meanwhile
            if (_run is { IsOver: false } || _pending is not null)
                await StopAsync(timeout, cancellationToken).ConfigureAwait(false);
            await StartAsync(cancellationToken).ConfigureAwait(false);
            Publish("restart");
        }
        finally
        {
            _isRestartedByUser = false;
            _restarting.Release();
            await RemoveIfOverAsync().ConfigureAwait(false);
        }
    }

    // With the gate of the state held.
    private bool PlanRestart(RunOutcome outcome)
    {
        TimeSpan? delay = _endedByUser ? null : _backoff.Next(outcome.Status, outcome.FinishedAt - (_state.StartedAt ?? outcome.FinishedAt));
        _pending = delay is { } time ? new PendingRestart(time) : null;
        return _pending is not null;
    }

    private void AllowRestarts()
    {
        lock (_stateGate)
            _endedByUser = false;
        _backoff.Reset();
    }

    // From here on nothing is started again that was not started by the user.
    private Task CancelRestartAsync()
    {
        PendingRestart? pending;
        lock (_stateGate)
        {
            _endedByUser = true;
            pending = _pending;
        }
        pending?.Cancel();
        return pending?.Done ?? Task.CompletedTask;
    }

    private async Task RestartAsync(PendingRestart pending, ContainerRun ended, FileLock held)
    {
        bool started = false;
        string? error = null;
        try
        {
            await ended.Cleanup.ConfigureAwait(false);
            await Task.Delay(pending.Delay, _services.Time, pending.Cancelled).ConfigureAwait(false);
            using IDisposable transition = await EnterAsync(pending.Cancelled).ConfigureAwait(false);
            started = true;
            await StartCoreAsync(held, _state.RestartCount, pending.Cancelled).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (pending.Cancelled.IsCancellationRequested)
        {
        }
        catch (Exception e) when (e is ContainerRuntimeException or IOException or ObjectDisposedException)
        {
            error = e.Message;
            EngineLog.RestartFailed(_services.Logger, Record.Id, Record.Name, e);
        }
        finally
        {
            End(pending, error);
            if (!started)
                held.Dispose();
            pending.Complete();
        }
    }

    private void End(PendingRestart pending, string? error)
    {
        lock (_stateGate)
        {
            if (_pending != pending)
                return; // the run that it started has ended, and another one is pending
            _pending = null;
            if (_state.State != ContainerState.Restarting)
                return;
            _state = _state with { State = ContainerState.Exited, Error = error };
            TellNextRun(null);
            try
            {
                SetState(_state);
            }
            catch (Exception e) when (e is IOException or ContainerRuntimeException)
            {
                EngineLog.CleanupFailed(_services.Logger, Record.Id, e);
            }
        }
    }
}
