using System.Diagnostics.CodeAnalysis;

namespace Coracle.Engine.Lifecycle;

/// <summary>A start that waits for its time.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The source of the token has neither timer nor wait handle, and late callers may come at any time")]
internal sealed class PendingRestart(TimeSpan delay)
{
    private readonly CancellationTokenSource _cancelled = new();
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal TimeSpan Delay { get; } = delay;

    internal CancellationToken Cancelled => _cancelled.Token;

    /// <summary>Completes when it was started, could not be started, or is not started any more.</summary>
    internal Task Done => _done.Task;

    internal void Cancel() => _cancelled.Cancel();

    internal void Complete() => _done.TrySetResult();
}
