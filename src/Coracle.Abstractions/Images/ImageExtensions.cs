namespace Coracle;

/// <summary>Shorthands over <see cref="IImageOperations"/>.</summary>
public static class ImageExtensions
{
    /// <summary>Pulls an image by the text of its reference.</summary>
    /// <param name="images">The images.</param>
    /// <param name="reference">For example <c>postgres:15</c>; see <see cref="ImageReference.Parse"/>.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="FormatException">It is not a reference.</exception>
    public static Task<ImageInfo> PullAsync(
        this IImageOperations images,
        string reference,
        PullOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(images);
        return images.PullAsync(ImageReference.Parse(reference), options, cancellationToken);
    }
}
