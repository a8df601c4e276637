namespace Coracle;

/// <summary>Pulls, finds, lists and removes images.</summary>
public interface IImageOperations
{
    /// <summary>
    /// Pulls an image from its registry, or from a mirror of it. Blobs that the store has are not fetched again.
    /// </summary>
    /// <remarks>Success means that every blob is in the store, verified, and every layer is unpacked. A pull that fails or
    /// is cancelled changes no tag; what was downloaded is used by the next try.</remarks>
    /// <param name="reference">Which. With a digest, the digest decides and the tag is only remembered.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ImageNotFoundException">The registry does not have it, or not for the platform.</exception>
    /// <exception cref="RegistryException">The registry refused or misbehaved.</exception>
    /// <exception cref="ContainerRuntimeException">Content is not what its digest says
    /// (<see cref="RuntimeErrorKind.IntegrityFailed"/>), or is malformed, or the disk is full.</exception>
    Task<ImageInfo> PullAsync(
        ImageReference reference, PullOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Finds an image of the store.</summary>
    /// <param name="idOrReference">A reference, an image id (with or without <c>sha256:</c>), or a unique prefix of one.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="ImageNotFoundException">The store does not have it.</exception>
    Task<ImageInfo> GetAsync(string idOrReference, CancellationToken cancellationToken = default);

    /// <summary>Lists the images of the store, the newest first.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<IReadOnlyList<ImageInfo>> ListAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Removes a reference to an image and, with the last one, the image and every layer that no other image has.
    /// </summary>
    /// <param name="idOrReference">A reference, or an image id to remove all its references.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="ImageNotFoundException">The store does not have it.</exception>
    /// <exception cref="ContainerRuntimeException">A container uses it (<see cref="RuntimeErrorKind.Conflict"/>).</exception>
    Task RemoveAsync(string idOrReference, CancellationToken cancellationToken = default);
}
