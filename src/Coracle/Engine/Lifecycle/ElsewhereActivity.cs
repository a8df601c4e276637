using Coracle.Kernel.Files;
using Coracle.Kernel.Processes;
using Coracle.Streams.Logs;

namespace Coracle.Engine.Lifecycle;

/// <summary>
/// For a reader of a log that another process writes. inotify tells of the log's files, and of the container's state, which is
/// written after the last of its output; a process that is killed writes none, its pidfd tells.
/// </summary>
internal sealed class ElsewhereActivity : LogActivity
{
    private readonly FileChange _change;
    private readonly ForeignProcess _supervisor;
    private readonly Func<bool> _runs;
    private readonly CancellationTokenSource _disposed = new();
    private readonly Task _gone;

    internal ElsewhereActivity(string directory, ForeignProcess supervisor, Func<bool> runs)
    {
        _supervisor = supervisor;
        _runs = runs;
        _change = FileChange.Watch(directory);
        _gone = supervisor.WaitAsync(_disposed.Token);
    }

    internal override bool Mark() => !_gone.IsCompleted && _runs();

    internal override async Task WaitAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task first = await Task.WhenAny(_change.NextAsync(both.Token), _gone).ConfigureAwait(false);
        // The other one waits for nothing any more.
        await both.CancelAsync().ConfigureAwait(false);
        await first.ConfigureAwait(false);
    }

    public override void Dispose()
    {
        _disposed.Cancel();
        _disposed.Dispose();
        _change.Dispose();
        _supervisor.Dispose();
    }
}
