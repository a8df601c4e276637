using System.Globalization;

namespace Coracle.Engine.Lifecycle;

// Signals and stopping.
internal sealed partial class ManagedContainer
{
    internal async Task KillAsync(Signal signal, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (signal.Number == 0)
            throw new ArgumentException("the default value is no signal", nameof(signal));
        bool ends = EndsIt(signal);
        bool wasPending = _pending is not null;
        if (ends)
            await CancelRestartAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        if (_run is { IsOver: false } run && TrySend(run, signal))
        {
            if (ends)
                await ThawToEndAsync(run).ConfigureAwait(false);
            return;
        }
        if (wasPending && ends)
            return; // it is not started any more
        RunningHere("kill");
        throw Conflict("kill", $"container {Id} is not running");
    }

    internal async Task<ExitStatus> StopAsync(TimeSpan? timeout, CancellationToken cancellationToken)
    {
        bool wasPending = _pending is not null;
        await CancelRestartAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        if (_run is not { IsOver: false } run)
        {
            if (RunsElsewhere())
                throw Conflict("stop", "it was started by another process, and only that one can stop it");
            ExitStatus last = Inspect().ExitStatus ?? throw Conflict("stop", "it was never started");
            if (wasPending)
                Publish("stop");
            return last;
        }
        if (TrySend(run, Record.StopSignal))
            await ThawToEndAsync(run).ConfigureAwait(false);
        try
        {
            await run.Outcome.WaitAsync(timeout ?? Record.Spec.StopTimeout, _services.Time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            if (TrySend(run, Signal.Kill))
                await ThawToEndAsync(run).ConfigureAwait(false);
        }
        ExitStatus status = (await run.Outcome.WaitAsync(cancellationToken).ConfigureAwait(false)).Status;
        Publish("stop");
        return status;
    }

    private bool TrySend(ContainerRun run, Signal signal)
    {
        // The end, however soon it follows, is told after this.
        lock (_stateGate)
        {
            if (!run.TrySignal(signal))
                return false;
            Publish("kill", ("signal", signal.Number.ToString(CultureInfo.InvariantCulture)));
            if (EndsIt(signal))
                ThawIfPaused(run);
            return true;
        }
    }

    // Docker takes these for the wish that it be over.
    private bool EndsIt(Signal signal) => signal == Signal.Kill || signal == Record.StopSignal;
}
