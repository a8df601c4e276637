using System.Diagnostics.CodeAnalysis;
using Coracle.Isolation.Spec;
using Coracle.Streams.Attach;

namespace Coracle.Engine.Lifecycle;

/// <summary>One run of a container, from execve to the last trace of it.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The token outlives the run, and its source has neither timer nor wait handle")]
internal sealed partial class ContainerRun
{
    // When the init process is gone, so is every process of its namespace. Only somebody outside who was handed the pipe can
    // still hold it open, and nobody waits for that.
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(2);

    private readonly RunParts _parts;
    private readonly CancellationTokenSource _exited = new();
    private readonly TaskCompletionSource<RunOutcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _cleanup = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal ContainerRun(RunParts parts)
    {
        _parts = parts;
        Exited = _exited.Token;
    }

    internal int Pid => _parts.Process.Pid;

    internal InputStream? Input => _parts.Input;

    internal RuntimeSpec Spec => _parts.Spec;

    internal CancellationToken Exited { get; }

    internal bool IsOver => _outcome.Task.IsCompleted;

    /// <summary>Completes when the program has ended and all its output is in the log.</summary>
    internal Task<RunOutcome> Outcome => _outcome.Task;

    /// <summary>Completes when nothing of the run is left: control group, mounts, descriptors.</summary>
    internal Task Cleanup => _cleanup.Task;

    /// <summary>Begins to watch for the end.</summary>
    /// <param name="record">Told first, before anybody who waits.</param>
    /// <param name="after">Told when those who wait were.</param>
    internal void Watch(Action<RunOutcome> record, Action after) => _ = WatchAsync(record, after);

    /// <summary>Sends a signal to the program.</summary>
    /// <returns>False if it has ended.</returns>
    internal bool TrySignal(Signal signal)
    {
        IsKilled |= signal == Signal.Kill;
        return !IsOver && _parts.Process.Signal(signal);
    }

    private async Task WatchAsync(Action<RunOutcome> record, Action after)
    {
        ExitStatus status = await _parts.Process.Exited.ConfigureAwait(false);
        DateTimeOffset finishedAt = _parts.Time.GetUtcNow();
        await DrainAsync().ConfigureAwait(false);
        RunOutcome outcome = new(status, _parts.Cgroup.WasOomKilled(), finishedAt);
        record(outcome);
        // The token says so at once; what was registered on it is called by another thread.
        Task told = _exited.CancelAsync();
        _outcome.TrySetResult(outcome);
        // Those who wait go on first, on this thread; what is left writes files and removes groups.
        await Task.Factory.StartNew(
            () => FinishAsync(told, after), CancellationToken.None, TaskCreationOptions.PreferFairness, TaskScheduler.Default)
            .Unwrap().ConfigureAwait(false);
    }

    private async Task FinishAsync(Task told, Action after)
    {
        try
        {
            await told.ConfigureAwait(false);
            after();
            await _parts.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is ContainerRuntimeException or IOException or AggregateException)
        {
            // Nobody waits for this: a failing disk, or a callback of the user's on the token.
            EngineLog.CleanupFailed(_parts.Logger, _parts.Id, e);
        }
        finally
        {
            _cleanup.TrySetResult();
        }
    }

    private async Task DrainAsync()
    {
        if (!_parts.Pumps.IsCompleted)
        {
            _parts.StopPumps.CancelAfter(DrainTime);
            await _parts.Pumps.ConfigureAwait(false);
        }
        _parts.Log.Close();
    }
}
