using Coracle.Engine.Watching;

namespace Coracle.Engine.Lifecycle;

// Health and readiness.
internal sealed partial class ManagedContainer
{
    internal Task WaitUntilReadyAsync(ReadyCondition condition, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (_run is not { } run || _watch is not { } watch)
            throw Conflict("wait for", RunsElsewhere() ? "it was started by another process" : "it is not running");
        return new ReadyWait(this, run, watch, _services.Time).RunAsync(condition, timeout, cancellationToken);
    }

    /// <summary>The network of the container, while it runs here or elsewhere.</summary>
    internal ContainerNetwork? FindNetwork() => FindProcesses() is { } found
        ? new ContainerNetwork(found.Processes, Record.Spec.Network == NetworkMode.Host)
        : null;

    /// <summary>Keeps what a probe has found, and tells when the status is another.</summary>
    internal void RecordHealth(ContainerHealth health, bool isNewStatus)
    {
        if (_removed)
            return;
        try
        {
            _services.Containers.WriteHealth(Record.Id, health);
        }
        catch (Exception e) when (e is ContainerRuntimeException or IOException)
        {
            EngineLog.HealthNotWritten(_services.Logger, Record.Id, e);
        }
        if (isNewStatus)
            Publish("health_status: " + TextOf(health.Status));
    }

    private ContainerHealth? CurrentHealth() => Record.HealthCheck is null ? null
        : _watch?.Health is { } monitor ? monitor.Current
        : _services.Containers.ReadHealth(Record.Id);

    private static string TextOf(HealthStatus status) => status switch
    {
        HealthStatus.Healthy => "healthy",
        HealthStatus.Unhealthy => "unhealthy",
        _ => "starting",
    };
}
