using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Coracle.Engine.Events;

/// <summary>Gives every event to every subscriber, in one order.</summary>
internal sealed class EventHub(TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly List<Channel<RuntimeEvent>> _subscribers = [];
    private bool _closed;

    internal void Publish(EventSubject subject, string action, string id, IReadOnlyDictionary<string, string> attributes)
    {
        lock (_gate)
        {
            if (_subscribers.Count == 0)
                return;
            RuntimeEvent published = new(time.GetUtcNow(), subject, action, id, attributes);
            foreach (Channel<RuntimeEvent> subscriber in _subscribers)
                subscriber.Writer.TryWrite(published);
        }
    }

    /// <summary>Subscribes now; the enumeration reads what came since.</summary>
    internal IAsyncEnumerable<RuntimeEvent> Subscribe(CancellationToken cancellationToken)
    {
        // Unbounded on purpose: an event is small, and neither losing one nor holding up the container is an answer to a
        // subscriber that is slow.
        Channel<RuntimeEvent> channel = Channel.CreateUnbounded<RuntimeEvent>(new() { SingleReader = true });
        lock (_gate)
        {
            if (_closed)
                channel.Writer.TryComplete();
            else
                _subscribers.Add(channel);
        }
        return ReadAsync(channel, cancellationToken);
    }

    /// <summary>Ends every subscription.</summary>
    internal void Close()
    {
        lock (_gate)
        {
            _closed = true;
            foreach (Channel<RuntimeEvent> subscriber in _subscribers)
                subscriber.Writer.TryComplete();
            _subscribers.Clear();
        }
    }

    private async IAsyncEnumerable<RuntimeEvent> ReadAsync(
        Channel<RuntimeEvent> channel, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        try
        {
            await foreach (RuntimeEvent next in channel.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
                yield return next;
        }
        finally
        {
            lock (_gate)
                _subscribers.Remove(channel);
        }
    }
}
