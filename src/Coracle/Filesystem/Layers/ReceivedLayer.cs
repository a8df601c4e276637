using Coracle.Distribution.Images;

namespace Coracle.Filesystem.Layers;

/// <summary>A layer in the staging area; or, without a location, one that another pull has unpacked meanwhile.</summary>
internal sealed class ReceivedLayer(LayerStore store, LayerReception reception, string? name, string? location) : IReceivedLayer
{
    private string? _location = location;
    private bool _ended;

    /// <inheritdoc />
    public ValueTask CommitAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(_ended, this);
        if (Interlocked.Exchange(ref _location, null) is { } received)
            store.Commit(received, name!);
        End();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _location, null) is { } received)
            store.Abandon(received);
        End();
        return ValueTask.CompletedTask;
    }

    private void End()
    {
        if (!_ended)
            store.End(reception);
        _ended = true;
    }
}
