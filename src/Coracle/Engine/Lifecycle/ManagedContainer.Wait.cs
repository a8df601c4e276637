namespace Coracle.Engine.Lifecycle;

// Waiting.
internal sealed partial class ManagedContainer
{
    // Told of the next run; told null when the one that was to come does not.
    private TaskCompletionSource<ContainerRun?> _nextRun = NewRun();

    internal Task<ExitStatus> WaitAsync(WaitCondition condition, CancellationToken cancellationToken) => condition switch
    {
        WaitCondition.NotRunning => WaitNotRunningAsync(cancellationToken),
        WaitCondition.NextExit => WaitNextExitAsync(cancellationToken),
        WaitCondition.Removed => WaitRemovedAsync(cancellationToken),
        _ => throw new ArgumentOutOfRangeException(nameof(condition)),
    };

    private ExitStatus? LastStatus
    {
        get
        {
            State.ContainerRunState state = CurrentState();
            return state.ExitCode is { } code ? new ExitStatus(code, state.ExitSignal is { } signal ? new Signal(signal) : null) : null;
        }
    }

    private async Task<ExitStatus> WaitNotRunningAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task<ContainerRun?> next = NextRun;
            if (_run is { IsOver: false } run)
                return (await run.Outcome.WaitAsync(cancellationToken).ConfigureAwait(false)).Status;
            if (_pending is null)
                break;
            await next.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        if (_run is { } last)
            return (await last.Outcome.ConfigureAwait(false)).Status;
        ThrowIfElsewhere();
        return Inspect().ExitStatus ?? throw Conflict("wait for", "it was never started");
    }

    private async Task<ExitStatus> WaitNextExitAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task<ContainerRun?> next = NextRun;
            if (_run is { IsOver: false } run)
                return (await run.Outcome.WaitAsync(cancellationToken).ConfigureAwait(false)).Status;
            ThrowIfElsewhere();
            if (_removed)
                throw NotThere("wait for");
            await Task.WhenAny(next, _gone.Task).WaitAsync(cancellationToken).ConfigureAwait(false);
            if (next.IsCompletedSuccessfully && await next.ConfigureAwait(false) is { } started)
                return (await started.Outcome.WaitAsync(cancellationToken).ConfigureAwait(false)).Status;
        }
    }

    private async Task<ExitStatus> WaitRemovedAsync(CancellationToken cancellationToken)
    {
        ThrowIfElsewhere();
        if (Directory.Exists(_services.Directories.Container(Id)))
            await _gone.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        return LastStatus ?? ExitStatus.FromCode(0);
    }

    private Task<ContainerRun?> NextRun
    {
        get
        {
            lock (_stateGate)
                return _nextRun.Task;
        }
    }

    private void TellNextRun(ContainerRun? run)
    {
        lock (_stateGate)
        {
            _nextRun.TrySetResult(run);
            _nextRun = NewRun();
        }
    }

    private void ThrowIfElsewhere()
    {
        if (RunsElsewhere())
            throw Conflict("wait for", "it was started by another process, and only that one can wait for it");
    }

    private static TaskCompletionSource<ContainerRun?> NewRun() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
