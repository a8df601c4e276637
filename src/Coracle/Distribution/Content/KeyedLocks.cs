namespace Coracle.Distribution.Content;

/// <summary>A lock a digest, within this process: what one pull fetches, another need not.</summary>
internal sealed class KeyedLocks
{
    private readonly Dictionary<Digest, Entry> _entries = [];

    /// <summary>Takes the lock of a digest; disposing the result gives it back.</summary>
    internal async Task<IDisposable> AcquireAsync(Digest key, CancellationToken cancellationToken)
    {
        Entry entry;
        lock (_entries)
        {
            if (!_entries.TryGetValue(key, out entry!))
                _entries[key] = entry = new Entry();
            entry.Users++;
        }
        try
        {
            await entry.Gate.WaitAsync(cancellationToken).ConfigureAwait(false);
            return new Holder(this, key, entry);
        }
        catch
        {
            Leave(key, entry);
            throw;
        }
    }

    private void Leave(Digest key, Entry entry)
    {
        lock (_entries)
        {
            if (--entry.Users > 0)
                return;
            _entries.Remove(key);
            entry.Gate.Dispose();
        }
    }

    private sealed class Entry
    {
        internal SemaphoreSlim Gate { get; } = new(1);

        internal int Users { get; set; }
    }

    private sealed class Holder(KeyedLocks locks, Digest key, Entry entry) : IDisposable
    {
        private Entry? _entry = entry;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _entry, null) is not { } held)
                return;
            held.Gate.Release();
            locks.Leave(key, held);
        }
    }
}
