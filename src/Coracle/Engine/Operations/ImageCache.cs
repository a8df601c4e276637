using System.Collections.Concurrent;
using Coracle.Distribution.Content;
using Coracle.Distribution.Images;

namespace Coracle.Engine.Operations;

/// <summary>
/// Images as they were last found, as long as the store's index is the same: a start then reads no JSON (0.4 ms). The index is
/// replaced by rename, so another one has another time, whoever wrote it.
/// </summary>
internal sealed class ImageCache(ContentStore content, ImageStore images)
{
    private readonly ConcurrentDictionary<ImageReference, (long Ticks, long Length, StoredImage Image)> _found = new();

    /// <summary>The image of a reference; null if the store does not have it.</summary>
    internal StoredImage? Find(ImageReference reference)
    {
        FileInfo index = new(content.IndexPath);
        long ticks = index.LastWriteTimeUtc.Ticks;
        if (_found.TryGetValue(reference, out (long Ticks, long Length, StoredImage Image) last)
            && last.Ticks == ticks && last.Length == index.Length)
        {
            return last.Image;
        }
        StoredImage? image = images.Find(reference);
        if (image is null)
            _found.TryRemove(reference, out _);
        else
            _found[reference] = (ticks, index.Length, image);
        return image;
    }
}
