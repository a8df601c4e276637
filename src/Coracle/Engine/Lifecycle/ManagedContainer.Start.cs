using System.Globalization;
using Coracle.Engine.Watching;
using Coracle.Isolation.Spec;
using Coracle.Kernel.Files;
using Coracle.State;

namespace Coracle.Engine.Lifecycle;

// Start, and what follows when the program ends.
internal sealed partial class ManagedContainer
{
    internal async Task StartAsync(CancellationToken cancellationToken)
    {
        using IDisposable transition = await EnterAsync(cancellationToken).ConfigureAwait(false);
        if (_removed)
            throw NotThere("start");
        if (_run is { IsOver: false })
            throw Conflict("start", _state.State == ContainerState.Paused
                ? "cannot start a paused container, try unpause instead"
                : "it runs already");
        await CancelRestartAsync().ConfigureAwait(false); // it is started now
        if (_run is { } last)
            await last.Cleanup.ConfigureAwait(false);
        Refresh();
        FileLock held = FileLock.TryAcquire(LockPath)
            ?? throw Conflict("start", "it runs already, started by another process");
        AllowRestarts();
        try
        {
            await StartCoreAsync(held, restartCount: 0, cancellationToken).ConfigureAwait(false);
        }
        catch (ContainerRuntimeException e) when (Record.Spec.AutoRemove && !_isRestartedByUser)
        {
            await RemoveAfterAsync(e).ConfigureAwait(false);
            throw;
        }
    }

    // In a transition.
    private async Task StartCoreAsync(FileLock held, int restartCount, CancellationToken cancellationToken)
    {
        try
        {
            DateTimeOffset startedAt = _services.Time.GetUtcNow();
            ContainerRun run = await new RunStarter(_services, this).StartAsync(cancellationToken).ConfigureAwait(false);
            _watch = new RunWatch(this, run, startedAt, _services);
            _run = run;
            SetState(new ContainerRunState
            {
                State = ContainerState.Running,
                Pid = run.Pid,
                SupervisorPid = Environment.ProcessId,
                StartedAt = startedAt,
                RestartCount = restartCount,
            });
            TellNextRun(run);
            Publish("start");
            _watch.Start();
            run.Watch(RecordEnd, () => WriteEnd(run, held));
            _config = Task.Run(() => WriteConfig(run.Spec), CancellationToken.None);
        }
        catch (Exception e)
        {
            RecordFailedStart(e);
            held.Dispose();
            throw;
        }
    }

    // For whoever looks at the container from outside. Nobody waits for it but the removal.
    private void WriteConfig(RuntimeSpec spec)
    {
        try
        {
            _services.Containers.WriteConfig(Record.Id, RuntimeSpecJson.Write(spec), IsDurable);
        }
        catch (Exception e) when (e is ContainerRuntimeException or IOException)
        {
            EngineLog.ConfigNotWritten(_services.Logger, Record.Id, e);
        }
    }

    // A program that can't be executed leaves a container that has exited, as after a run; anything else leaves it as it was.
    private void RecordFailedStart(Exception failure)
    {
        if (failure is not ContainerStartException start)
            return;
        DateTimeOffset now = _services.Time.GetUtcNow();
        SetState(_state with
        {
            State = ContainerState.Exited,
            Pid = null,
            SupervisorPid = null,
            FinishedAt = now,
            ExitCode = start.ExitCode,
            ExitSignal = null,
            Error = start.Message,
        });
    }

    // In memory only: whoever waits for the end is told at once, and sees it; and what he does then comes after it.
    private void RecordEnd(RunOutcome outcome)
    {
        bool isOomTold = _watch?.Stop().HasSeenOom == true;
        lock (_stateGate)
        {
            _pause?.TrySetResult(); // a frozen process of version 2 can be killed from outside
            _pause = null;
            bool restarts = PlanRestart(outcome);
            _state = _state with
            {
                State = restarts ? ContainerState.Restarting : ContainerState.Exited,
                Pid = null,
                SupervisorPid = null,
                FinishedAt = outcome.FinishedAt,
                ExitCode = outcome.Status.ExitCode,
                ExitSignal = outcome.Status.Signal?.Number,
                OomKilled = outcome.OomKilled,
                RestartCount = _state.RestartCount + (restarts ? 1 : 0),
            };
            if (outcome.OomKilled && !isOomTold)
                Publish("oom");
            Publish("die", ("exitCode", outcome.Status.ExitCode.ToString(CultureInfo.InvariantCulture)));
        }
    }

    private void WriteEnd(ContainerRun run, FileLock held)
    {
        PendingRestart? pending = _pending;
        try
        {
            lock (_stateGate)
                SetState(_state);
        }
        finally
        {
            if (pending is null)
                held.Dispose();
            if (pending is not null)
                _ = RestartAsync(pending, run, held);
            else if (Record.Spec.AutoRemove && !_isRestartedByUser)
                _ = RemoveItselfAsync(run);
        }
    }
}
