using Coracle.Kernel.Processes;
using Coracle.Streams.Logs;

namespace Coracle.Engine.Lifecycle;

// Its output.
internal sealed partial class ManagedContainer
{
    internal IAsyncEnumerable<OutputLine> ReadLinesAsync(LogOptions options, CancellationToken cancellationToken) =>
        LogLines.ReadAsync(Log, options, _services.Time, cancellationToken);

    // Follows a run that another process started; null if there is none.
    private ElsewhereActivity? WatchElsewhere()
    {
        if (!RunsElsewhere() || CurrentState().SupervisorPid is not { } pid)
            return null;
        ForeignProcess? supervisor = ForeignProcess.TryOpen(pid);
        // The lock is held by a process that lives, and it was that one before it was opened: no other can have its id.
        if (supervisor is not null && RunsElsewhere() && CurrentState().SupervisorPid == pid)
            return new ElsewhereActivity(_services.Directories.Container(Id), supervisor, RunsNowElsewhere);
        supervisor?.Dispose();
        return null;
    }

    // A reader comes to the end with the run, also where another follows it.
    private bool RunsNowElsewhere() =>
        RunsElsewhere() && CurrentState().State is (ContainerState.Running or ContainerState.Paused);
}
