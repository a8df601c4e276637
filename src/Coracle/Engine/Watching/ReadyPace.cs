using Coracle.Streams.Logs;

namespace Coracle.Engine.Watching;

/// <summary>
/// When to look again at what nobody tells. There is no event for listen(2): the groups of sock_diag(7) tell of sockets that are
/// destroyed, and the tracepoint sock:inet_sock_set_state takes tracefs and CAP_PERFMON. A program that begins to listen
/// usually says so: its output is a reason to look at once, and else the time between two looks grows to a bound.
/// </summary>
internal sealed class ReadyPace(ContainerLog log, TimeProvider time, TimeSpan pace)
{
    private const int Longest = 20; // times the shortest

    private readonly TimeSpan _shortest = pace;
    private TimeSpan _next = pace;

    /// <summary>Waits for the next look.</summary>
    internal async Task WaitAsync(CancellationToken cancellationToken)
    {
        using LogActivity output = log.Watch();
        output.Mark();
        // Of a program that never stops to write, not every word is a reason.
        await Task.Delay(_shortest, time, cancellationToken).ConfigureAwait(false);
        if (_next > _shortest)
        {
            using CancellationTokenSource enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            Task written = output.WaitAsync(enough.Token);
            Task waited = Task.Delay(_next - _shortest, time, enough.Token);
            Task first = await Task.WhenAny(written, waited).ConfigureAwait(false);
            await enough.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(written, waited).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
            if (first == written && output.Mark())
            {
                _next = _shortest;
                return;
            }
        }
        _next = TimeSpan.FromTicks(Math.Min(_next.Ticks * 2, _shortest.Ticks * Longest));
    }
}
