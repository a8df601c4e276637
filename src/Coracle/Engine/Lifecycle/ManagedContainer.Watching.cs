using System.Runtime.CompilerServices;
using Coracle.Engine.Watching;
using Coracle.Isolation.Cgroups;
using Coracle.Isolation.Processes;

namespace Coracle.Engine.Lifecycle;

// What a running container uses, and who runs in it. Read from control groups and /proc: it may run in another process.
internal sealed partial class ManagedContainer
{
    private volatile RunWatch? _watch;

    internal void PublishOom() => Publish("oom");

    internal Task<ContainerStatistics> GetStatisticsAsync(CancellationToken cancellationToken) =>
        Task.Run(() => ReadStatistics() ?? throw Conflict("read the statistics of", "it is not running"), cancellationToken);

    internal async IAsyncEnumerable<ContainerStatistics> WatchStatisticsAsync(
        TimeSpan interval, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ContainerStatistics last = await GetStatisticsAsync(cancellationToken).ConfigureAwait(false);
        yield return last;
        using PeriodicTimer timer = new(interval, _services.Time);
        using CancellationTokenSource ended = CancellationTokenSource.CreateLinkedTokenSource(
            cancellationToken, _run is { } run ? run.Exited : CancellationToken.None);
        while (await NextTickAsync(timer, ended.Token, cancellationToken).ConfigureAwait(false)
            && await Task.Run(ReadStatistics, cancellationToken).ConfigureAwait(false) is { } next)
        {
            last = next with { Cpu = next.Cpu with { Percent = next.Cpu.PercentSince(last.Cpu) } };
            yield return last;
        }
    }

    // A process can make the reading of its arguments slow: who waits can give up.
    internal Task<IReadOnlyList<ContainerProcessInfo>> ListProcessesAsync(CancellationToken cancellationToken) => Task.Run(
        () => FindProcesses() is { } found
            ? found.Processes.List(_services.Time.GetUtcNow())
            : throw Conflict("list the processes of", "it is not running"),
        cancellationToken).WaitAsync(cancellationToken);

    private static async ValueTask<bool> NextTickAsync(PeriodicTimer timer, CancellationToken ended, CancellationToken cancellationToken)
    {
        try
        {
            return await timer.WaitForNextTickAsync(ended).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private ContainerStatistics? ReadStatistics() => FindProcesses() is { } found
        ? new StatisticsReader(found.Processes, found.Cgroup, Record.Spec.Network != NetworkMode.Host).Read(_services.Time.GetUtcNow())
        : null;

    private (ContainerProcesses Processes, Cgroup? Cgroup)? FindProcesses()
    {
        int? pid = _run is { IsOver: false } run ? run.Pid : RunsElsewhere() ? CurrentState().Pid : null;
        if (pid is null)
            return null;
        Cgroup? cgroup = _services.Cgroups.Find(Record.Id);
        return (new ContainerProcesses(Record.Id, cgroup, pid.Value), cgroup);
    }
}
