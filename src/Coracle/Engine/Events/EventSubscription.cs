using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Coracle.State.Journal;

namespace Coracle.Engine.Events;

/// <summary>One who watches events: what has happened before, and then what comes.</summary>
internal sealed class EventSubscription(EventFilter filter, JournalReplay? past, TimeProvider time) : IDisposable
{
    // Unbounded on purpose: an event is small, and neither losing one nor holding up the others is an answer to a subscriber
    // that is slow.
    private readonly Channel<RuntimeEvent> _coming = Channel.CreateUnbounded<RuntimeEvent>(new() { SingleReader = true });

    /// <summary>An event has happened.</summary>
    internal void Tell(RuntimeEvent happened)
    {
        if (filter.Fits(happened))
            _coming.Writer.TryWrite(happened);
    }

    /// <summary>No more will come.</summary>
    internal void Complete() => _coming.Writer.TryComplete();

    internal async IAsyncEnumerable<RuntimeEvent> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (RuntimeEvent happened in past?.Read() ?? [])
        {
            if (filter.Fits(happened))
                yield return happened;
        }
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using ITimer? timer = filter.Until is { } until ? EndAt(until, end) : null;
        while (await WaitAsync(end.Token, cancellationToken).ConfigureAwait(false))
        {
            while (_coming.Reader.TryRead(out RuntimeEvent? happened))
                yield return happened;
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Complete();
        past?.Dispose();
    }

    private ITimer EndAt(DateTimeOffset until, CancellationTokenSource end)
    {
        TimeSpan left = until - time.GetUtcNow();
        // The longest that a timer takes is 49 days.
        TimeSpan due = left <= TimeSpan.Zero ? TimeSpan.Zero
            : left.TotalMilliseconds >= uint.MaxValue - 1 ? Timeout.InfiniteTimeSpan
            : left;
        return time.CreateTimer(static state => ((CancellationTokenSource)state!).Cancel(), end, due, Timeout.InfiniteTimeSpan);
    }

    private async ValueTask<bool> WaitAsync(CancellationToken end, CancellationToken cancellationToken)
    {
        try
        {
            return await _coming.Reader.WaitToReadAsync(end).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The time has come. What was told before it is still to be read.
            return _coming.Reader.TryPeek(out _);
        }
    }
}
