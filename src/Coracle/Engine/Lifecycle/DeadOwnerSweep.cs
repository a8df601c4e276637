using System.Globalization;
using Coracle.Engine.Events;
using Coracle.Kernel.Files;
using Coracle.State;

namespace Coracle.Engine.Lifecycle;

/// <summary>
/// Puts in order what processes left that are gone: the kernel has killed their containers, this removes their directories,
/// control groups and names.
/// </summary>
internal static class DeadOwnerSweep
{
    private static readonly string KilledCode =
        ExitStatus.FromSignal(Signal.Kill).ExitCode.ToString(CultureInfo.InvariantCulture);

    internal static async Task RunAsync(EngineServices services, CancellationToken cancellationToken)
    {
        // One sweep at a time; a second would find nothing to do.
        using FileLock? sweeping = FileLock.TryAcquire(Path.Combine(services.Directories.Locks, "sweep"));
        if (sweeping is null)
            return;
        foreach (string directory in services.Containers.HalfMade().ToList())
            services.Trash.Discard(directory);
        foreach (string id in services.Containers.Ids().ToList())
        {
            if (services.Containers.ReadRecord(id) is { } record)
                await SweepContainerAsync(services, record, cancellationToken).ConfigureAwait(false);
            else
                services.Trash.Discard(services.Directories.Container(ContainerId.Parse(id)));
        }
        services.Names.Sweep(id => services.Containers.ReadRecord(id)?.Name);
        Owner.RemoveDead(services.Directories);
    }

    private static async Task SweepContainerAsync(
        EngineServices services, ContainerRecord record, CancellationToken cancellationToken)
    {
        string lockPath = Path.Combine(services.Directories.Locks, "container-" + record.Id);
        ContainerRunState state = services.Containers.ReadState(record.Id);
        bool ownerDead = !Owner.IsAlive(services.Directories, record.Owner);
        bool remove = (ownerDead && !record.Spec.KeepAfterDispose)
            || (record.Spec.AutoRemove && state.State != ContainerState.Created);
        if (!ownerDead && !state.IsActive)
            return;
        using (FileLock? free = FileLock.TryAcquire(lockPath))
        {
            // Held: it runs, and its process lives.
            if (free is null)
                return;
            await services.Cgroups.RemoveLeftoverAsync(record.Id, cancellationToken).ConfigureAwait(false);
            if (!remove && state.IsActive)
                services.Containers.WriteState(record.Id, Killed(state, services.Time.GetUtcNow()), durable: true);
        }
        if (!remove && !state.IsActive)
            return;
        if (state.State is ContainerState.Running or ContainerState.Paused)
            Publish(services, record, "die", ("exitCode", KilledCode));
        if (remove)
        {
            services.Discard(record, removeVolumes: true);
            Publish(services, record, "destroy");
        }
        _ = Kernel.Interop.Libc.unlink(lockPath);
        EngineLog.Swept(services.Logger, record.Id, record.Name, remove ? "removed" : "its end was recorded");
    }

    private static void Publish(
        EngineServices services, ContainerRecord record, string action, params ReadOnlySpan<(string Key, string Value)> facts) =>
        services.Events.Publish(EventSubject.Container, action, record.Id, ContainerAttributes.Of(record, facts));

    private static ContainerRunState Killed(ContainerRunState state, DateTimeOffset now)
    {
        if (state.State == ContainerState.Restarting)
            return state with { State = ContainerState.Exited }; // its last run had ended by itself
        ExitStatus status = ExitStatus.FromSignal(Signal.Kill);
        return state with
        {
            State = ContainerState.Exited,
            Pid = null,
            SupervisorPid = null,
            FinishedAt = now,
            ExitCode = status.ExitCode,
            ExitSignal = status.Signal?.Number,
        };
    }
}
