using System.Runtime.CompilerServices;
using Coracle.Distribution.Content;
using Coracle.Distribution.Registry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Coracle.Distribution.Images;

/// <summary>Pulls images: from a reference to verified blobs, unpacked layers, and an entry in the store, in this order.</summary>
internal sealed class ImagePuller(
    ContentStore content, ImageStore images, RegistryClient registries, ILoggerFactory? loggers, TimeProvider clock)
{
    private readonly ILogger _logger = (loggers ?? NullLoggerFactory.Instance).CreateLogger("Coracle.Distribution.Images");
    private readonly KeyedLocks _locks = new();

    /// <summary>Pulls an image.</summary>
    /// <param name="reference">Which.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="receiver">Takes the layers.</param>
    /// <param name="cancellationToken">Cancels; no tag is changed then, and what was downloaded is kept for the next try.</param>
    internal async Task<StoredImage> PullAsync(
        ImageReference reference, PullOptions? options, ILayerReceiver receiver, CancellationToken cancellationToken)
    {
        long start = clock.GetTimestamp();
        Platform platform = options?.Platform ?? Platform.Host;
        PullLog.Pulling(_logger, reference.ToString(), platform.ToString());
        using RegistrySession session = registries.Open(reference.Registry, reference.Repository, options?.Credentials);
        ResolvedManifest resolved = await new ManifestResolver(content, session, reference, platform)
            .ResolveAsync(cancellationToken).ConfigureAwait(false);
        byte[] config = await FetchConfigAsync(session, resolved.Manifest.Config, cancellationToken).ConfigureAwait(false);
        StoredImage image = ImageAssembler.Assemble(resolved.Descriptor, resolved.Manifest, config, [reference]);
        CheckPlatform(reference, image.Info.Platform, options?.Platform);

        // From here on nobody removes what this image is made of.
        using ContentLease lease = await ContentLease.TakeAsync(content, Parts(image), cancellationToken).ConfigureAwait(false);
        await PullLayersAsync(session, image.Layers, receiver, options?.Progress, cancellationToken).ConfigureAwait(false);
        StoredImage stored = await images.AddAsync(reference, resolved, config, cancellationToken).ConfigureAwait(false);
        PullLog.Pulled(
            _logger, reference.ToString(), image.Info.Id.Short, image.Layers.Count, clock.GetElapsedTime(start).TotalMilliseconds);
        return stored;
    }

    private async Task PullLayersAsync(
        RegistrySession session,
        IReadOnlyList<LayerDescriptor> layers,
        ILayerReceiver receiver,
        IProgress<PullProgress>? progress,
        CancellationToken cancellationToken)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using SemaphoreSlim slots = new(registries.ParallelDownloads);
        LayerProgress[] reports = [.. layers.Select(layer => new LayerProgress(progress, layer.Blob, clock))];
        foreach (LayerProgress report in reports)
            report.Begin(PullStage.Waiting);
        List<Task> running = [];
        try
        {
            for (int i = 0; i < layers.Count; i++)
            {
                // One after the other, the base first: whoever owns a layer may wait for the layers below it, and all of
                // these are owned, or done, already. The same order everywhere keeps two pulls from waiting for each other.
                LayerTask task = new(new LayerPull(content, session, layers[i], receiver, reports[i], _logger), slots);
                if (await task.BeginAsync(_locks, layers[i].Blob.Digest, stop.Token).ConfigureAwait(false))
                    running.Add(task.RunAsync(stop));
            }
        }
        catch (Exception e)
        {
            await stop.CancelAsync().ConfigureAwait(false);
            running.Add(Task.FromException(e));
        }
        await ((Task)Task.WhenAll(running)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        // The failure that stopped the others is the cause; theirs is only that they were stopped.
        Task? failed = running.Find(t => t.IsFaulted && t.Exception.InnerException is not OperationCanceledException)
            ?? running.Find(t => !t.IsCompletedSuccessfully);
        if (failed is not null)
            await failed.ConfigureAwait(false);
    }

    private async Task<byte[]> FetchConfigAsync(RegistrySession session, Descriptor config, CancellationToken cancellationToken)
    {
        if (content.TryRead(config.Digest) is { } stored)
            return stored;
        while (true)
        {
            byte[] bytes = await ReadBlobAsync(session, config, cancellationToken).ConfigureAwait(false);
            Digest actual = ContentHash.Compute(config.Digest, bytes);
            if (actual == config.Digest)
                return bytes;
            string wrong = $"pull image configuration {config.Digest}: what came has the digest {actual}";
            if (!session.GiveUpMirrors(wrong))
                throw new ContainerRuntimeException(RuntimeErrorKind.IntegrityFailed, wrong);
        }
    }

    private static async Task<byte[]> ReadBlobAsync(
        RegistrySession session, Descriptor blob, CancellationToken cancellationToken)
    {
        byte[] bytes = new byte[blob.Size];
        int done = 0;
        BlobReader reader = session.ReadBlob(blob.Digest, blob.Size, 0, [], cancellationToken);
        await using ConfiguredAsyncDisposable disposal = reader.ConfigureAwait(false);
        while (await reader.ReadAsync(bytes.AsMemory(done)).ConfigureAwait(false) is > 0 and int read)
            done += read;
        return bytes;
    }

    // An image without a choice is taken as it is unless a platform was asked for, as Docker does.
    private void CheckPlatform(ImageReference reference, Platform actual, Platform? asked)
    {
        Platform wanted = asked ?? Platform.Host;
        if (actual.Os == wanted.Os && actual.Architecture == wanted.Architecture)
            return;
        if (asked is not null || actual.Os != wanted.Os)
            throw new ImageNotFoundException(
                reference.ToString(), $"pull {reference.ToFamiliarString()}: it is for {actual} only, not for {wanted}");
        PullLog.OtherPlatform(_logger, reference.ToString(), actual.ToString(), wanted.ToString());
    }

    private static IEnumerable<Digest> Parts(StoredImage image) =>
    [
        image.Manifest.Digest, image.Config.Digest,
        .. image.Layers.SelectMany(layer => (Digest[])[layer.Blob.Digest, layer.DiffId, layer.ChainId]),
    ];
}
