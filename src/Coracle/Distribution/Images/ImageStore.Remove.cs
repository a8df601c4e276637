using Coracle.Distribution.Content;
using Coracle.Kernel.Files;

namespace Coracle.Distribution.Images;

internal sealed partial class ImageStore
{
    /// <summary>Removes a reference and, with an image's last one, the blobs that nothing else in the layout needs.</summary>
    /// <param name="idOrReference">A reference; or an image id, for all its references.</param>
    /// <param name="release">Is given the diff ids and chain ids that no image needs any more, while nobody can begin to need
    /// them; null if nobody keeps unpacked layers.</param>
    /// <param name="cancellationToken">Stops waiting for the lock.</param>
    /// <returns>What was removed; null if the store does not have the image.</returns>
    internal async Task<RemovedImage?> RemoveAsync(
        string idOrReference,
        Func<IReadOnlyCollection<Digest>, CancellationToken, ValueTask>? release,
        CancellationToken cancellationToken)
    {
        using FileLock guard = await content.LockAsync(cancellationToken).ConfigureAwait(false);
        LayoutIndex index = LayoutFile.Read(content);
        LayoutEntry[] entries = [.. index.Manifests.Select(descriptor => new LayoutEntry(descriptor))];
        HashSet<LayoutEntry> removed = [.. Named(entries, idOrReference)];
        if (removed.Count == 0)
        {
            HashSet<Digest> manifests = [.. WithId(entries, idOrReference).Select(image => image.Manifest.Digest)];
            removed = [.. entries.Where(entry => manifests.Contains(entry.Manifest))];
        }
        if (removed.Count == 0)
            return null;

        StoredImage[] images = [.. All([.. removed])];
        LayoutEntry[] rest = [.. entries.Where(entry => !removed.Contains(entry))];
        // The names first: from the next line on nothing refers to what is deleted below.
        LayoutFile.Write(content, index, rest);
        HashSet<Digest> needed = [.. ContentLease.ReadAll(content), .. rest.SelectMany(Needs)];
        HashSet<Digest> blobs = [.. removed.SelectMany(Blobs).Where(digest => !needed.Contains(digest))];
        foreach (Digest blob in blobs)
            content.Delete(blob);
        HashSet<Digest> layers = [.. images.SelectMany(Layers).Where(digest => !needed.Contains(digest))];
        if (release is not null && layers.Count > 0)
            await release(layers, CancellationToken.None).ConfigureAwait(false);
        PullLog.Removed(_logger, idOrReference, blobs.Count);
        return new RemovedImage(
            images, [.. removed.Select(entry => entry.Reference).OfType<ImageReference>()], blobs);
    }

    private IEnumerable<Digest> Needs(LayoutEntry entry) =>
        [.. Blobs(entry), .. Load(entry, []) is { } image ? Layers(image) : []];

    private static IEnumerable<Digest> Layers(StoredImage image) =>
        image.Layers.SelectMany(layer => (Digest[])[layer.DiffId, layer.ChainId]);

    private IEnumerable<Digest> Blobs(LayoutEntry entry)
    {
        HashSet<Digest> blobs = [];
        AddBlobs(entry.Descriptor.Digest, blobs, 0);
        AddBlobs(entry.Manifest, blobs, 0);
        return blobs;
    }

    // Also through an index, which other tools put into a layout.
    private void AddBlobs(Digest manifest, HashSet<Digest> blobs, int depth)
    {
        if (!blobs.Add(manifest) || depth > Limits.IndexDepth)
            return;
        try
        {
            if (content.TryRead(manifest) is not { } bytes)
                return;
            switch (ManifestParser.Parse(bytes, null, manifest.ToString()))
            {
                case Manifest.Index index:
                    foreach (Descriptor entry in index.Entries)
                        AddBlobs(entry.Digest, blobs, depth + 1);
                    break;
                case Manifest.Image image:
                    blobs.UnionWith([image.Config.Digest, .. image.Layers.Select(layer => layer.Digest)]);
                    break;
            }
        }
        catch (ContainerRuntimeException e)
        {
            PullLog.Foreign(_logger, manifest, e.Message);
        }
    }
}
