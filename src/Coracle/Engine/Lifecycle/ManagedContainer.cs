using System.Diagnostics.CodeAnalysis;
using Coracle.Distribution.Images;
using Coracle.Engine.Events;
using Coracle.Engine.Specs;
using Coracle.Kernel.Files;
using Coracle.State;
using Coracle.Streams.Logs;

namespace Coracle.Engine.Lifecycle;

/// <summary>
/// One container as this process knows it: its record, its state, and its run if it runs here. Transitions are one at a time;
/// reading the state never waits.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The semaphore has no wait handle, and late callers may come at any time")]
internal sealed partial class ManagedContainer
{
    private readonly EngineServices _services;
    private readonly SemaphoreSlim _transition = new(1, 1);
    private readonly Lock _stateGate = new();
    private readonly RestartBackoff _backoff;
    private volatile ContainerRunState _state;
    private volatile ContainerRun? _run;
    private volatile bool _removed;
    private Task _config = Task.CompletedTask;

    internal ManagedContainer(EngineServices services, ContainerRecord record, ContainerRunState state)
    {
        _services = services;
        Record = record;
        Id = ContainerId.Parse(record.Id);
        _state = state;
        _backoff = new RestartBackoff(record.Spec.RestartPolicy);
        Log = new ContainerLog(services.Directories.Container(Id), record.Spec.Log, WatchElsewhere);
    }

    internal ContainerId Id { get; }

    internal ContainerRecord Record { get; private set; }

    /// <summary>The name as it is now.</summary>
    internal string Name
    {
        get
        {
            Refresh();
            return Record.Name;
        }
    }

    internal ContainerLog Log { get; }

    /// <summary>What to run; null if this process did not create it and has not started it yet.</summary>
    internal ProcessConfig? Process { get; set; }

    /// <summary>The image; null if this process did not create it and has not started it yet.</summary>
    internal StoredImage? Image { get; set; }

    /// <summary>Whether a power cut must not lose it.</summary>
    internal bool IsDurable => Record.Spec.KeepAfterDispose;

    /// <summary>Whether a program of it ever ran.</summary>
    internal bool WasStarted => CurrentState().StartedAt is not null;

    internal CancellationToken Exited => _run is { } run ? run.Exited : new CancellationToken(canceled: true);

    internal Stream StandardInput => _run?.Input ?? throw new InvalidOperationException(
        Record.Spec.OpenStandardInput
            ? $"the container {Record.Name} was not started by this runtime"
            : $"the standard input of container {Record.Name} is not open (set ContainerSpec.OpenStandardInput)");

    internal ContainerInfo Inspect() => TryInspect() ?? throw NotThere("inspect");

    /// <summary>The facts; null if it was removed.</summary>
    internal ContainerInfo? TryInspect()
    {
        if (_removed || !Directory.Exists(_services.Directories.Container(Id)))
            return null;
        Refresh();
        ContainerRunState state = CurrentState();
        return new ContainerInfo
        {
            Id = Id,
            Name = Record.Name,
            Spec = Record.Spec,
            ImageId = Record.ImageId,
            Mounts = Record.Mounts,
            Arguments = Record.Arguments,
            Labels = Record.Labels,
            CreatedAt = Record.CreatedAt,
            State = state.State,
            Pid = state.Pid,
            StartedAt = state.StartedAt,
            FinishedAt = state.FinishedAt,
            OomKilled = state.OomKilled,
            RestartCount = state.RestartCount,
            Error = state.Error,
            Health = CurrentHealth(),
            ExitStatus = state.ExitCode is { } code
                ? new ExitStatus(code, state.ExitSignal is { } signal ? new Signal(signal) : null)
                : null,
        };
    }

    /// <summary>The state, read from disk unless the container's last run was here.</summary>
    private ContainerRunState CurrentState() => _run is not null ? _state : _state = _services.Containers.ReadState(Record.Id);

    // Another process may have renamed it.
    private void Refresh()
    {
        if (!_removed && _services.Names.Find(Record.Name) != Record.Id && _services.Containers.ReadRecord(Record.Id) is { } record)
            Record = record;
    }

    private string LockPath => Path.Combine(_services.Directories.Locks, "container-" + Record.Id);

    private bool RunsElsewhere()
    {
        if (_run is { IsOver: false } || _pending is not null || !CurrentState().IsActive)
            return false;
        using FileLock? free = FileLock.TryAcquire(LockPath, shared: true);
        return free is null;
    }

    private void SetState(ContainerRunState state)
    {
        lock (_stateGate)
        {
            _state = state;
            if (!_removed)
                _services.Containers.WriteState(Record.Id, state, IsDurable);
        }
    }

    internal void PublishCreated() => Publish("create");

    private void Publish(string action, params ReadOnlySpan<(string Key, string Value)> facts) =>
        _services.Events.Publish(EventSubject.Container, action, Record.Id, ContainerAttributes.Of(Record, facts));

    private ContainerRuntimeException NotThere(string step) =>
        new(RuntimeErrorKind.NotFound, $"{step} container: there is no container {Record.Name} any more");

    private ContainerRuntimeException Conflict(string step, string reason) =>
        new(RuntimeErrorKind.Conflict, $"{step} container: {Record.Name}: {reason}");

    // Whatever a transition is doing, the next one waits for it.
    private async Task<IDisposable> EnterAsync(CancellationToken cancellationToken)
    {
        await _transition.WaitAsync(cancellationToken).ConfigureAwait(false);
        return new Transition(_transition);
    }

    private sealed class Transition(SemaphoreSlim semaphore) : IDisposable
    {
        public void Dispose() => semaphore.Release();
    }
}
