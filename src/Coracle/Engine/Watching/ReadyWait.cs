using Coracle.Engine.Lifecycle;
using Coracle.Streams.Logs;

namespace Coracle.Engine.Watching;

/// <summary>Waits until a container is ready, or has ended, or the time is over.</summary>
internal sealed class ReadyWait(ManagedContainer container, ContainerRun run, RunWatch watch, TimeProvider time)
{
    private static readonly TimeSpan PortPace = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan ProbePace = TimeSpan.FromMilliseconds(25);

    internal async Task RunAsync(ReadyCondition condition, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using CancellationTokenSource late = new(timeout, time);
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        Task met = MeetAsync(condition, end.Token);
        try
        {
            if (await Task.WhenAny(met, run.Outcome).ConfigureAwait(false) != met)
                await ThrowExitedAsync(condition).ConfigureAwait(false);
            await met.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            if (run.IsOver)
                await ThrowExitedAsync(condition).ConfigureAwait(false);
            IReadOnlyList<OutputLine> lines = await LogTail.ReadAsync(container.Log, watch.StartedAt).ConfigureAwait(false);
            throw new ContainerNotReadyException(
                condition,
                lines,
                $"wait for container: {container.Record.Name}: not ready after {timeout.TotalSeconds} s: still waiting for {condition}"
                + LogTail.Describe(lines));
        }
        finally
        {
            await end.CancelAsync().ConfigureAwait(false);
            await met.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private Task MeetAsync(ReadyCondition condition, CancellationToken cancellationToken) => condition switch
    {
        LogLineCondition line => MeetAsync(line, cancellationToken),
        PortCondition port => MeetPortAsync(port.Port, cancellationToken),
        HttpCondition http => MeetProbeAsync(http.Probe, cancellationToken),
        CommandCondition command => MeetCommandAsync(command.Spec, cancellationToken),
        HealthyCondition => watch.Health?.WaitHealthyAsync(cancellationToken) ?? Task.FromException(NoHealthCheck()),
        AnyCondition any => MeetAsync(any.Conditions, needed: 1, cancellationToken),
        AllCondition all => MeetAsync(all.Conditions, all.Conditions.Count, cancellationToken),
        _ => throw new ArgumentException($"unknown condition {condition.GetType().Name}", nameof(condition)),
    };

    private async Task MeetAsync(IReadOnlyList<ReadyCondition> conditions, int needed, CancellationToken cancellationToken)
    {
        using CancellationTokenSource enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        List<Task> open = [.. conditions.Select(condition => MeetAsync(condition, enough.Token))];
        try
        {
            for (int met = 0; met < needed; met++)
            {
                Task first = await Task.WhenAny(open).ConfigureAwait(false);
                open.Remove(first);
                await first.ConfigureAwait(false);
            }
        }
        finally
        {
            await enough.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(open).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task MeetAsync(LogLineCondition condition, CancellationToken cancellationToken)
    {
        // The log has what earlier runs wrote, too.
        LogOptions options = new()
        {
            Since = watch.StartedAt,
            StandardOutput = condition.Stream is null or OutputStream.StandardOutput,
            StandardError = condition.Stream is null or OutputStream.StandardError,
        };
        int found = 0;
        await foreach (OutputLine line in LogLines.ReadAsync(container.Log, options, time, cancellationToken).ConfigureAwait(false))
        {
            if (condition.Pattern.IsMatch(line.Content) && ++found == condition.Count)
                return;
        }
        // The end of the log: the run is over, which is told by another.
        await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken).ConfigureAwait(false);
    }

    private async Task MeetPortAsync(int port, CancellationToken cancellationToken)
    {
        ReadyPace pace = new(container.Log, time, PortPace);
        while (container.FindNetwork()?.IsListening(port) != true)
            await pace.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    // A page can't be served before its port is listened on, and that is cheaper to see.
    private async Task MeetProbeAsync(HttpProbe probe, CancellationToken cancellationToken)
    {
        await MeetPortAsync(probe.Port, cancellationToken).ConfigureAwait(false);
        await MeetAsync(token => watch.Probes.RunAsync(probe, token), cancellationToken).ConfigureAwait(false);
    }

    private Task MeetCommandAsync(ExecSpec spec, CancellationToken cancellationToken) =>
        MeetAsync(token => watch.Probes.ExecuteAsync(spec, token), cancellationToken);

    private async Task MeetAsync(Func<CancellationToken, Task<ProbeResult>> probe, CancellationToken cancellationToken)
    {
        ReadyPace pace = new(container.Log, time, ProbePace);
        while (!await SucceedsAsync(probe, cancellationToken).ConfigureAwait(false))
            await pace.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private static async Task<bool> SucceedsAsync(
        Func<CancellationToken, Task<ProbeResult>> probe, CancellationToken cancellationToken)
    {
        try
        {
            return (await probe(cancellationToken).ConfigureAwait(false)).IsSuccess;
        }
        catch (ContainerRuntimeException e) when (e.Kind == RuntimeErrorKind.Conflict)
        {
            return false; // it ends this moment, or is paused
        }
    }

    private async Task ThrowExitedAsync(ReadyCondition condition)
    {
        RunOutcome outcome = await run.Outcome.ConfigureAwait(false);
        IReadOnlyList<OutputLine> lines = await LogTail.ReadAsync(container.Log, watch.StartedAt).ConfigureAwait(false);
        throw new ContainerExitedException(
            outcome.Status,
            outcome.OomKilled,
            lines,
            $"wait for container: {container.Record.Name}: it ended with {outcome.Status}"
            + (outcome.OomKilled ? " (the kernel killed it for want of memory)" : "")
            + $" while waiting for {condition}" + LogTail.Describe(lines));
    }

    private ContainerRuntimeException NoHealthCheck() => new(
        RuntimeErrorKind.InvalidInput,
        $"wait for container: {container.Record.Name}: neither image nor spec have a health check (set ContainerSpec.HealthCheck)");
}
