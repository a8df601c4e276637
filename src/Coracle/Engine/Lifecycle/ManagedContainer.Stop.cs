using System.Globalization;

namespace Coracle.Engine.Lifecycle;

// Signals, waiting and stopping.
internal sealed partial class ManagedContainer
{
    internal async Task<ExitStatus> WaitAsync(CancellationToken cancellationToken)
    {
        if (_run is { } run)
            return (await run.Outcome.WaitAsync(cancellationToken).ConfigureAwait(false)).Status;
        if (RunsElsewhere())
            throw Conflict("wait for", "it was started by another process, and only that one can wait for it");
        ContainerInfo info = Inspect();
        return info.ExitStatus ?? throw Conflict("wait for", "it was never started");
    }

    internal Task KillAsync(Signal signal, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (signal.Number == 0)
            throw new ArgumentException("the default value is no signal", nameof(signal));
        Send(signal, "kill");
        return Task.CompletedTask;
    }

    internal async Task<ExitStatus> StopAsync(TimeSpan? timeout, CancellationToken cancellationToken)
    {
        if (_run is not { IsOver: false } run)
            return RunsElsewhere()
                ? throw Conflict("stop", "it was started by another process, and only that one can stop it")
                : Inspect().ExitStatus ?? throw Conflict("stop", "it was never started");
        Signal stopSignal = Record.StopSignal;
        TrySend(run, stopSignal);
        try
        {
            await run.Outcome.WaitAsync(timeout ?? Record.Spec.StopTimeout, _services.Time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            TrySend(run, Signal.Kill);
        }
        ExitStatus status = (await run.Outcome.WaitAsync(cancellationToken).ConfigureAwait(false)).Status;
        Publish("stop");
        return status;
    }

    private void Send(Signal signal, string step)
    {
        if (_run is not { IsOver: false } run)
            throw Conflict(step, RunsElsewhere() ? "it was started by another process" : "it is not running");
        if (!TrySend(run, signal))
            throw Conflict(step, "it is not running");
    }

    private bool TrySend(ContainerRun run, Signal signal)
    {
        // What the signal does is told after the signal.
        lock (_signalling)
        {
            if (!run.TrySignal(signal))
                return false;
            Publish("kill", ("signal", signal.Number.ToString(CultureInfo.InvariantCulture)));
            return true;
        }
    }
}
