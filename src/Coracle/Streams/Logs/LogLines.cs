using System.Runtime.CompilerServices;

namespace Coracle.Streams.Logs;

/// <summary>Reads a log line by line.</summary>
internal static class LogLines
{
    // The most that a timer waits for; a reader that waits longer than these 24 days ends with its container only.
    private static readonly TimeSpan LongestTimer = TimeSpan.FromMilliseconds(int.MaxValue);

    internal static async IAsyncEnumerable<OutputLine> ReadAsync(
        ContainerLog log,
        LogOptions options,
        TimeProvider time,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        LogSelection selection = LogSelection.From(options);
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        // Nothing that is written after that moment is wanted: then there is nothing to wait for either.
        using ITimer? timer = selection.Follow && selection.Until is { } until && until - time.GetUtcNow() < LongestTimer
            ? time.CreateTimer(
                static state => ((CancellationTokenSource)state!).Cancel(),
                over,
                until > time.GetUtcNow() ? until - time.GetUtcNow() : TimeSpan.Zero,
                Timeout.InfiniteTimeSpan)
            : null;
        using LogLineReader lines = LogLineReader.Open(log, selection);
        bool more = true;
        while (more)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                more = await lines.FillAsync(over.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                more = false;
            }
            while (lines.TryTake(out OutputLine line))
                yield return line;
        }
        while (lines.TryTakeRest(out OutputLine line))
            yield return line;
    }
}
