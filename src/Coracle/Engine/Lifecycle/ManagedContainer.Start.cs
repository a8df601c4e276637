using System.Globalization;
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
        if (_run is { } last)
        {
            if (!last.IsOver)
                throw Conflict("start", "it runs already");
            await last.Cleanup.ConfigureAwait(false);
        }
        FileLock held = FileLock.TryAcquire(LockPath)
            ?? throw Conflict("start", "it runs already, started by another process");
        try
        {
            DateTimeOffset startedAt = _services.Time.GetUtcNow();
            ContainerRun run = await new RunStarter(_services, this).StartAsync(cancellationToken).ConfigureAwait(false);
            _run = run;
            SetState(new ContainerRunState { State = ContainerState.Running, Pid = run.Pid, StartedAt = startedAt });
            Publish("start");
            run.Watch(RecordEnd, outcome => PublishEnd(outcome, held));
        }
        catch (Exception e)
        {
            RecordFailedStart(e);
            held.Dispose();
            throw;
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
            FinishedAt = now,
            ExitCode = start.ExitCode,
            ExitSignal = null,
            Error = start.Message,
        });
    }

    // In memory only: whoever waits for the end is told at once, and sees it.
    private void RecordEnd(RunOutcome outcome) => _state = _state with
    {
        State = ContainerState.Exited,
        Pid = null,
        FinishedAt = outcome.FinishedAt,
        ExitCode = outcome.Status.ExitCode,
        ExitSignal = outcome.Status.Signal?.Number,
        OomKilled = outcome.OomKilled,
    };

    private void PublishEnd(RunOutcome outcome, FileLock held)
    {
        try
        {
            if (outcome.OomKilled)
                Publish("oom");
            Publish("die", ("exitCode", outcome.Status.ExitCode.ToString(CultureInfo.InvariantCulture)));
            SetState(_state);
        }
        finally
        {
            held.Dispose();
        }
    }
}
