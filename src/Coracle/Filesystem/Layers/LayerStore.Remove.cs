namespace Coracle.Filesystem.Layers;

internal sealed partial class LayerStore
{
    /// <summary>Removes layers that no image needs any more. Their files are deleted later: this does not wait for it.</summary>
    /// <param name="digests">Diff ids and chain ids. Those that the store does not have are passed over.</param>
    /// <param name="cancellationToken">Stops between two layers.</param>
    internal ValueTask RemoveAsync(IReadOnlyCollection<Digest> digests, CancellationToken cancellationToken)
    {
        foreach (string name in digests.SelectMany(LayerName.All))
        {
            cancellationToken.ThrowIfCancellationRequested();
            string path = PathOf(name);
            if (!Path.Exists(path))
                continue;

            // The mark first: one that stays behind would speak for the next layer of this name.
            _durability.Forget(name);
            _mounts.Forget(path);
            _options.Trash.Discard(path);
        }
        return ValueTask.CompletedTask;
    }
}
