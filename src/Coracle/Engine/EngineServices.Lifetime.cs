using Coracle.Engine.Lifecycle;
using Coracle.State;

namespace Coracle.Engine;

// What goes out of sight, and the end of the runtime.
internal sealed partial class EngineServices : IAsyncDisposable
{
    private int _closing;

    internal bool IsClosing => Volatile.Read(ref _closing) != 0;

    /// <summary>Takes a container's name and directory out of sight; the files are deleted from there in the background.</summary>
    /// <param name="record">The container.</param>
    /// <param name="removeVolumes">Whether its anonymous volumes go, too.</param>
    internal void Discard(ContainerRecord record, bool removeVolumes)
    {
        // First, while a crash leaves a record that says whose they are.
        if (removeVolumes)
        {
            foreach (string volume in record.AnonymousVolumes)
            {
                if (FindVolumeUser(volume, except: record.Id) is null)
                    Volumes.RemoveAnonymous(volume);
            }
        }
        Names.Release(record.Name, record.Id);
        Trash.Discard(Directories.Container(ContainerId.Parse(record.Id)));
    }

    /// <summary>The name of a container that uses a volume; null if none does.</summary>
    internal string? FindVolumeUser(string volume) => FindVolumeUser(volume, except: null);

    private string? FindVolumeUser(string volume, string? except) => Containers.Ids()
        .Where(id => id != except)
        .Select(Containers.ReadRecord)
        .FirstOrDefault(record => record?.Mounts.OfType<VolumeMount>().Any(mount => mount.Volume == volume) == true)?.Name;

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _closing, 1) != 0)
            return;
        await Task.WhenAll(Table.All.Select(EndAsync)).ConfigureAwait(false);
        Events.Dispose();
        await Launcher.DisposeAsync().ConfigureAwait(false);
        Registries.Dispose();
        await Trash.DisposeAsync().ConfigureAwait(false);
        await Layers.DisposeAsync().ConfigureAwait(false);
        Owner.Dispose();
    }

    private async Task EndAsync(ManagedContainer container)
    {
        try
        {
            await container.CloseAsync(Owner.Id).ConfigureAwait(false);
        }
        catch (Exception e) when (e is ContainerRuntimeException or IOException)
        {
            EngineLog.CleanupFailed(Logger, container.Record.Id, e);
        }
    }
}
