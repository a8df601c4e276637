using System.Runtime.CompilerServices;
using Coracle.Kernel.Files;
using Coracle.State.Journal;
using Microsoft.Extensions.Logging;

namespace Coracle.Engine.Events;

/// <summary>
/// Writes the events of this process to the journal, and tells the subscribers of this process what the journal says: one order
/// for all processes.
/// </summary>
internal sealed class EventHub(EventJournal journal, TimeProvider time, ILogger logger) : IDisposable
{
    // Publishing takes the queue's lock only: it is on the way of a start. The journal has its own, which is taken first.
    private readonly Lock _queueGate = new();
    private readonly Lock _journalGate = new();
    private readonly Queue<RuntimeEvent> _queue = new();
    private readonly List<EventSubscription> _subscribers = [];
    private bool _scheduled;
    private bool _closed;
    private JournalReader? _reader;
    private CancellationTokenSource? _following;

    /// <summary>Says that something happened. It is written a moment later, by another thread.</summary>
    internal void Publish(EventSubject subject, string action, string id, IReadOnlyDictionary<string, string> attributes)
    {
        lock (_queueGate)
        {
            _queue.Enqueue(new RuntimeEvent(time.GetUtcNow(), subject, action, id, attributes));
            if (_scheduled)
                return;
            _scheduled = true;
        }
        ThreadPool.UnsafeQueueUserWorkItem(static hub => hub.Flush(), this, preferLocal: false);
    }

    /// <summary>Subscribes now; the enumeration reads what came since, and before if that is asked for.</summary>
    internal IAsyncEnumerable<RuntimeEvent> Subscribe(EventOptions? options, CancellationToken cancellationToken)
    {
        EventFilter filter = new(options ?? new EventOptions());
        lock (_journalGate)
        {
            if (_closed)
                return AsyncEnumerable.Empty<RuntimeEvent>();
            FlushCore();
            if (_reader is null)
                Follow();
            else
                TellNews();
            EventSubscription subscription = new(filter, filter.WantsPast ? journal.ReplayUpTo(_reader!) : null, time);
            _subscribers.Add(subscription);
            return ReadAsync(subscription, cancellationToken);
        }
    }

    /// <summary>Writes what was published, and ends every subscription.</summary>
    public void Dispose()
    {
        lock (_journalGate)
        {
            if (_closed)
                return;
            FlushCore();
            TellNews();
            _closed = true;
            _subscribers.ForEach(static subscriber => subscriber.Complete());
            _subscribers.Clear();
            StopFollowing();
            journal.Dispose();
        }
    }

    private void Flush()
    {
        lock (_journalGate)
        {
            if (!_closed)
                FlushCore();
        }
    }

    private void FlushCore()
    {
        while (true)
        {
            RuntimeEvent[] batch;
            lock (_queueGate)
            {
                if (_queue.Count == 0)
                {
                    _scheduled = false;
                    break;
                }
                batch = [.. _queue];
                _queue.Clear();
            }
            try
            {
                journal.Append(batch);
            }
            catch (ContainerRuntimeException e)
            {
                // Where nothing can be written, the subscribers of this process are told all the same.
                EngineLog.EventsNotWritten(logger, batch.Length, e);
                foreach (RuntimeEvent lost in batch)
                    _subscribers.ForEach(subscriber => subscriber.Tell(lost));
            }
        }
        TellNews();
    }

    private void TellNews()
    {
        if (_reader is null)
            return;
        try
        {
            foreach (RuntimeEvent happened in _reader.Read())
                _subscribers.ForEach(subscriber => subscriber.Tell(happened));
        }
        catch (ContainerRuntimeException e)
        {
            EngineLog.EventsNotRead(logger, e);
        }
    }

    private void Follow()
    {
        FileChange change = FileChange.Watch(journal.DirectoryPath);
        _reader = journal.ReadFromEnd();
        _following = new CancellationTokenSource();
        _ = FollowAsync(change, _following.Token);
    }

    private async Task FollowAsync(FileChange change, CancellationToken stop)
    {
        using (change)
        {
            while (!stop.IsCancellationRequested)
            {
                await change.NextAsync(stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                lock (_journalGate)
                {
                    if (!stop.IsCancellationRequested)
                        TellNews();
                }
            }
        }
    }

    private void StopFollowing()
    {
        _following?.Cancel();
        _following?.Dispose();
        _following = null;
        _reader?.Dispose();
        _reader = null;
    }

    private async IAsyncEnumerable<RuntimeEvent> ReadAsync(
        EventSubscription subscription, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        try
        {
            await foreach (RuntimeEvent next in subscription.ReadAsync(cancellationToken).ConfigureAwait(false))
                yield return next;
        }
        finally
        {
            Unsubscribe(subscription);
        }
    }

    private void Unsubscribe(EventSubscription subscription)
    {
        lock (_journalGate)
        {
            subscription.Dispose();
            if (_subscribers.Remove(subscription) && _subscribers.Count == 0)
                StopFollowing();
        }
    }
}
