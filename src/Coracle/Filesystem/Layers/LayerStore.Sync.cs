using Coracle.Kernel.Files;

namespace Coracle.Filesystem.Layers;

// Layers are synced when no pull is running: both want the disk, and somebody waits for the pull.
internal sealed partial class LayerStore
{
    private static readonly TimeSpan MaxSyncWait = TimeSpan.FromSeconds(1);

    private readonly Lock _syncGate = new();
    private readonly HashSet<string> _unsynced = new(StringComparer.Ordinal);
    private int _receiving;
    private bool _stopped;
    private Task _syncing = Task.CompletedTask;

    private async Task RecoverAsync(CancellationToken cancellationToken)
    {
        // Two processes that open the store at once after a boot: the slower must not find the new layers of the faster torn.
        using FileLock guard = await FileLock.AcquireAsync(
            Path.Combine(_options.LocksDirectory, "layers.lock"), shared: false, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<string> unsynced = _durability.Recover(name =>
        {
            LayerLog.Torn(_logger, name);
            _options.Trash.Discard(PathOf(name));
        });
        foreach (string name in unsynced)
            SyncLater(name);
    }

    private Reception BeginReceiving()
    {
        lock (_syncGate)
            _receiving++;
        return new Reception(this);
    }

    private void SyncLater(string name)
    {
        lock (_syncGate)
        {
            _unsynced.Add(name);
            StartSyncing();
        }
    }

    private void EndReceiving()
    {
        lock (_syncGate)
        {
            _receiving--;
            StartSyncing();
        }
    }

    private void StartSyncing()
    {
        if (_receiving > 0 || _stopped || _unsynced.Count == 0 || !_syncing.IsCompleted)
            return;
        string[] names = [.. _unsynced];
        _unsynced.Clear();

        // Waits for the disk only, perhaps for seconds: a thread of its own.
        _syncing = Task.Factory.StartNew(
            () => Sync(names), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    private void Sync(string[] names)
    {
        try
        {
            _durability.Sync(names);
        }
        catch (ContainerRuntimeException exception)
        {
            // Without a mark they are removed after a power cut, which is what has to happen to them.
            LayerLog.SyncFailed(_logger, names.Length, exception);
        }
        lock (_syncGate)
        {
            _syncing = Task.CompletedTask;
            StartSyncing();
        }
    }

    // What is not synced yet is left to the next process: it is whole unless the machine stops before.
    private async Task StopSyncingAsync()
    {
        Task running;
        lock (_syncGate)
        {
            _stopped = true;
            running = _syncing;
        }
        await running.WaitAsync(MaxSyncWait).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private sealed class Reception(LayerStore store) : IDisposable
    {
        public void Dispose() => store.EndReceiving();
    }
}
