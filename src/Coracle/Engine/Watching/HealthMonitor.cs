namespace Coracle.Engine.Watching;

/// <summary>Checks the health of one run.</summary>
/// <param name="check">The merged check.</param>
/// <param name="probes">Runs the probes.</param>
/// <param name="startedAt">When the run began.</param>
/// <param name="time">The clock.</param>
/// <param name="changed">Told what is known after each probe, and whether the status is another.</param>
internal sealed class HealthMonitor(
    HealthCheck check,
    ProbeRunner probes,
    DateTimeOffset startedAt,
    TimeProvider time,
    Action<ContainerHealth, bool> changed)
{
    // Between two probes while somebody waits for the first success: for that, nobody wants to wait half a minute.
    private static readonly TimeSpan EarlyInterval = TimeSpan.FromMilliseconds(250);

    private readonly Lock _gate = new();
    private TaskCompletionSource _applied = NewSignal();
    private TaskCompletionSource _hurry = NewSignal();
    private int _waiters;

    /// <summary>What is known.</summary>
    internal ContainerHealth Current { get; private set; } = new() { Status = HealthStatus.Starting };

    /// <summary>Completed unless the container is paused.</summary>
    internal Func<Task> GoingOn { get; init; } = static () => Task.CompletedTask;

    /// <summary>Checks until it is cancelled.</summary>
    internal async Task RunAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                bool early = await WaitAsync(stop).ConfigureAwait(false);
                await GoingOn().WaitAsync(stop).ConfigureAwait(false);
                DateTimeOffset start = time.GetUtcNow();
                ProbeResult result = await ProbeAsync(stop).ConfigureAwait(false);
                stop.ThrowIfCancellationRequested();
                if (!GoingOn().IsCompleted)
                    continue; // it was paused meanwhile: that says nothing of its health
                Apply(new HealthCheckResult(start, time.GetUtcNow(), result.ExitCode, HealthRules.Cut(result.Output)), early);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The run is over.
        }
    }

    /// <summary>Waits until it is healthy, and has probes run sooner meanwhile.</summary>
    internal async Task WaitHealthyAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _waiters++;
            _hurry.TrySetResult();
        }
        try
        {
            while (true)
            {
                Task applied;
                lock (_gate)
                {
                    if (Current.Status == HealthStatus.Healthy)
                        return;
                    applied = _applied.Task;
                }
                await applied.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            lock (_gate)
            {
                if (--_waiters == 0)
                    _hurry = NewSignal();
            }
        }
    }

    // Returns whether the probe is before its time.
    private async Task<bool> WaitAsync(CancellationToken stop)
    {
        TimeSpan due = HealthRules.NextIn(check, Current.Status, time.GetUtcNow() - startedAt);
        if (Current.Status != HealthStatus.Starting)
        {
            await Task.Delay(due, time, stop).ConfigureAwait(false);
            return false;
        }
        Task hurry;
        lock (_gate)
            hurry = _hurry.Task;
        if (hurry.IsCompleted && Current.Log.Count > 0)
        {
            TimeSpan early = due < EarlyInterval ? due : EarlyInterval;
            await Task.Delay(early, time, stop).ConfigureAwait(false);
            return early < due;
        }
        using CancellationTokenSource delay = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task waited = Task.Delay(due, time, delay.Token);
        bool hurried = await Task.WhenAny(waited, hurry).ConfigureAwait(false) == hurry;
        await delay.CancelAsync().ConfigureAwait(false);
        stop.ThrowIfCancellationRequested();
        return hurried;
    }

    private async Task<ProbeResult> ProbeAsync(CancellationToken stop)
    {
        const int NotRun = -1;
        TimeSpan timeout = check.Timeout!.Value;
        using CancellationTokenSource late = new(timeout, time);
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(stop, late.Token);
        try
        {
            return await probes.RunAsync(check.Probe!, end.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested)
        {
            return new ProbeResult(NotRun, $"Health check exceeded timeout ({timeout.TotalSeconds} s)");
        }
        catch (Exception e) when (e is ContainerRuntimeException or IOException)
        {
            return new ProbeResult(NotRun, e.Message);
        }
    }

    private void Apply(HealthCheckResult result, bool early)
    {
        ContainerHealth before = Current;
        ContainerHealth after = HealthRules.Apply(check, before, result, result.Start - startedAt, early);
        changed(after, before.Status != after.Status);
        lock (_gate)
        {
            Current = after;
            _applied.TrySetResult();
            _applied = NewSignal();
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
