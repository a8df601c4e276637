using System.Diagnostics.CodeAnalysis;
using Coracle.Engine.Lifecycle;

namespace Coracle.Engine.Watching;

/// <summary>What is watched while a container runs. Begins off the way of the start, and ends before the end is told.</summary>
[SuppressMessage("Design", "CA1001", Justification = "Late callers may come at any time, and the source has neither timer nor wait handle")]
internal sealed class RunWatch
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly ManagedContainer _container;
    private readonly EngineServices _services;
    private readonly ContainerRun _run;
    private bool _stopped;

    internal RunWatch(ManagedContainer container, ContainerRun run, DateTimeOffset startedAt, EngineServices services)
    {
        _container = container;
        _run = run;
        _services = services;
        StartedAt = startedAt;
        Probes = new ProbeRunner(container.FindNetwork, container.RunProbeAsync);
        if (container.Record.HealthCheck is { } check)
            Health = new HealthMonitor(check, Probes, startedAt, services.Time, TellHealth) { GoingOn = () => container.GoingOn };
    }

    /// <summary>When the run began.</summary>
    internal DateTimeOffset StartedAt { get; }

    /// <summary>Runs probes in the container.</summary>
    internal ProbeRunner Probes { get; }

    /// <summary>The health check; null for none.</summary>
    internal HealthMonitor? Health { get; }

    /// <summary>Whether the kernel has told of a want of memory.</summary>
    internal bool HasSeenOom { get; private set; }

    /// <summary>Begins, on another thread.</summary>
    internal void Start() => ThreadPool.UnsafeQueueUserWorkItem(static watch => watch.Begin(), this, preferLocal: false);

    /// <summary>Ends it: nothing is told any more.</summary>
    internal RunWatch Stop()
    {
        lock (_gate)
            _stopped = true;
        _ = _stop.CancelAsync(); // whoever waits for the end does not wait for this
        return this;
    }

    private void Begin()
    {
        _ = WatchAsync(() => _run.Cgroup.WatchOomAsync(TellOom, _stop.Token));
        if (Health is null)
            return;
        _ = WatchAsync(() =>
        {
            TellHealth(Health.Current, isNewStatus: false);
            return Health.RunAsync(_stop.Token);
        });
    }

    private async Task WatchAsync(Func<Task> watch)
    {
        try
        {
            await watch().ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The run is over.
        }
        catch (Exception e) when (e is ContainerRuntimeException or IOException)
        {
            EngineLog.NotWatched(_services.Logger, _container.Record.Id, e);
        }
    }

    private void TellOom()
    {
        lock (_gate)
        {
            if (_stopped)
                return;
            HasSeenOom = true;
            _container.PublishOom();
        }
    }

    private void TellHealth(ContainerHealth health, bool isNewStatus)
    {
        lock (_gate)
        {
            if (!_stopped)
                _container.RecordHealth(health, isNewStatus);
        }
    }
}
