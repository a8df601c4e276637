using Coracle.Distribution.Content;

namespace Coracle.Distribution.Images;

/// <summary>A layer on its way, and the turn that it holds among the others.</summary>
internal sealed class LayerTask(LayerPull pull, SemaphoreSlim slots)
{
    private IDisposable? _lock;
    private bool _hasSlot;

    /// <summary>Waits for its turn and finds out what there is to do.</summary>
    /// <returns>Whether there is anything; if not, everything is given back already.</returns>
    internal async Task<bool> BeginAsync(KeyedLocks locks, Digest blob, CancellationToken cancellationToken)
    {
        bool begun = false;
        try
        {
            // The lock before the slot: who has a slot waits for nobody who wants one.
            _lock = await locks.AcquireAsync(blob, cancellationToken).ConfigureAwait(false);
            await slots.WaitAsync(cancellationToken).ConfigureAwait(false);
            _hasSlot = true;
            begun = await pull.BeginAsync(cancellationToken).ConfigureAwait(false);
            return begun;
        }
        finally
        {
            if (!begun)
                Release();
        }
    }

    /// <summary>Does it. A failure stops the other layers.</summary>
    internal async Task RunAsync(CancellationTokenSource stop)
    {
        try
        {
            await pull.RunAsync(stop.Token).ConfigureAwait(false);
        }
        catch
        {
            await stop.CancelAsync().ConfigureAwait(false);
            throw;
        }
        finally
        {
            Release();
        }
    }

    private void Release()
    {
        pull.Dispose();
        if (_hasSlot)
            slots.Release();
        _lock?.Dispose();
    }
}
