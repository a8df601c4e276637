using Coracle.Distribution.Images;

namespace Coracle.Engine.Operations;

/// <summary>Images: what Distribution and Filesystem do, put together.</summary>
internal sealed class ImageOperations(EngineServices services) : IImageOperations
{
    private static readonly Dictionary<string, string> NoAttributes = [];

    /// <inheritdoc />
    public async Task<ImageInfo> PullAsync(
        ImageReference reference, PullOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reference);
        return (await PullCoreAsync(reference, options ?? new PullOptions(), cancellationToken).ConfigureAwait(false)).Info;
    }

    /// <inheritdoc />
    public Task<ImageInfo> GetAsync(string idOrReference, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(idOrReference);
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(Find(idOrReference).Info);
    }

    /// <inheritdoc />
    public Task<IReadOnlyList<ImageInfo>> ListAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult<IReadOnlyList<ImageInfo>>([.. services.Images.List().Select(static image => image.Info)]);
    }

    /// <inheritdoc />
    public async Task RemoveAsync(string idOrReference, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(idOrReference);
        StoredImage image = Find(idOrReference);
        if (FindUser(image.Info.Id) is { } user)
            throw new ContainerRuntimeException(
                RuntimeErrorKind.Conflict,
                $"remove image: {idOrReference}: the container {user} uses it (remove the container first)");
        _ = await services.Images.RemoveAsync(idOrReference, services.Layers.RemoveAsync, cancellationToken).ConfigureAwait(false)
            ?? throw NotFound(idOrReference);
        services.Events.Publish(EventSubject.Image, "delete", idOrReference, NoAttributes);
    }

    /// <summary>The image of a reference, pulled if the store does not have it for the platform.</summary>
    internal async Task<StoredImage> FindOrPullAsync(
        ImageReference reference, Platform? platform, CancellationToken cancellationToken)
    {
        StoredImage? image = services.ImageCache.Find(reference);
        if (image is not null
            && (platform is null || image.Info.Platform == platform)
            && await IsUnpackedAsync(image, cancellationToken).ConfigureAwait(false))
        {
            return image;
        }
        EngineLog.PullingMissing(services.Logger, reference);
        return await PullCoreAsync(reference, new PullOptions { Platform = platform }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The image of an id or reference.</summary>
    /// <exception cref="ImageNotFoundException">The store does not have it.</exception>
    internal StoredImage Find(string idOrReference) => services.Images.Find(idOrReference) ?? throw NotFound(idOrReference);

    private async Task<bool> IsUnpackedAsync(StoredImage image, CancellationToken cancellationToken)
    {
        foreach (LayerDescriptor layer in image.Layers)
        {
            if (!await services.Layers.ContainsAsync(layer, cancellationToken).ConfigureAwait(false))
                return false;
        }
        return true;
    }

    private async Task<StoredImage> PullCoreAsync(
        ImageReference reference, PullOptions options, CancellationToken cancellationToken)
    {
        StoredImage image = await services.Puller.PullAsync(reference, options, services.Layers, cancellationToken)
            .ConfigureAwait(false);
        services.Events.Publish(EventSubject.Image, "pull", reference.ToFamiliarString(), NoAttributes);
        return image;
    }

    private string? FindUser(Digest imageId) => services.Containers.Ids()
        .Select(services.Containers.ReadRecord)
        .FirstOrDefault(record => record?.ImageId == imageId)?.Name;

    private static ImageNotFoundException NotFound(string idOrReference) =>
        new(idOrReference, $"find image: No such image: {idOrReference} (pull it first)");
}
