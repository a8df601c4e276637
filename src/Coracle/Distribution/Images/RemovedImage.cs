namespace Coracle.Distribution.Images;

/// <summary>What the removal of an image took away.</summary>
/// <param name="Images">The images that lost a name. They are gone if they have none left.</param>
/// <param name="References">The names.</param>
/// <param name="Blobs">The blobs that were deleted.</param>
internal sealed record RemovedImage(
    IReadOnlyList<StoredImage> Images, IReadOnlyList<ImageReference> References, IReadOnlyCollection<Digest> Blobs);
