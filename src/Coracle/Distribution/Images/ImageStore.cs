using System.Text.Json;
using Coracle.Distribution.Content;
using Coracle.Kernel.Files;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Coracle.Distribution.Images;

/// <summary>The images of the layout: which names they have, and what they are made of.</summary>
internal sealed partial class ImageStore(ContentStore content, ILoggerFactory? loggers = null)
{
    private readonly ILogger _logger = (loggers ?? NullLoggerFactory.Instance).CreateLogger("Coracle.Distribution.Images");

    /// <summary>Finds an image; null if the store does not have it.</summary>
    /// <param name="idOrReference">A reference, an image id with or without <c>sha256:</c>, or a unique prefix of one.</param>
    /// <exception cref="ContainerRuntimeException">Several images have ids that begin so.</exception>
    internal StoredImage? Find(string idOrReference)
    {
        IReadOnlyList<LayoutEntry> entries = Entries();
        IReadOnlyList<LayoutEntry> named = Named(entries, idOrReference);
        if (named.Count > 0)
            return Load(named[0], entries);
        StoredImage[] images = WithId(entries, idOrReference);
        return images.Length > 0 ? images[0] : null;
    }

    /// <summary>Finds an image by its reference; null if the store does not have it.</summary>
    internal StoredImage? Find(ImageReference reference) => Find(reference.ToString());

    /// <summary>All images, the newest first.</summary>
    internal IReadOnlyList<StoredImage> List() => [.. All(Entries()).OrderByDescending(image => image.Info.CreatedAt)];

    /// <summary>Adds an image, or gives one that is there another name. Its layers' blobs are in the store already.</summary>
    internal async Task<StoredImage> AddAsync(
        ImageReference reference, ResolvedManifest resolved, ReadOnlyMemory<byte> config, CancellationToken cancellationToken)
    {
        Manifest.Image manifest = resolved.Manifest;
        StoredImage image = ImageAssembler.Assemble(resolved.Descriptor, manifest, config.Span, [reference]);
        await content.WriteAsync(manifest.Config.Digest, config, cancellationToken).ConfigureAwait(false);
        Descriptor visible = resolved.Descriptor;
        if (manifest.MediaType == MediaTypes.DockerManifest)
            visible = await AddDerivedAsync(manifest, cancellationToken).ConfigureAwait(false);
        // What a manifest names is there before it, and both before the index names it.
        await content.WriteAsync(resolved.Descriptor.Digest, resolved.Bytes, cancellationToken).ConfigureAwait(false);
        content.SyncNames();
        LayoutEntry added =
            LayoutEntry.Create(visible, resolved.Descriptor.Digest, resolved.Root, reference, image.Info.Platform);

        using FileLock guard = await content.LockAsync(cancellationToken).ConfigureAwait(false);
        LayoutIndex index = LayoutFile.Read(content);
        LayoutEntry[] entries = [.. index.Manifests.Select(descriptor => new LayoutEntry(descriptor))];
        LayoutEntry[] changed = [.. Untag(entries, reference, added.Manifest), added];
        LayoutFile.Write(content, index, changed);
        return Load(added, changed) ?? image;
    }

    // The reference moves: the image that had it keeps its entry, without a name, unless it has another one.
    private static IEnumerable<LayoutEntry> Untag(LayoutEntry[] entries, ImageReference reference, Digest added)
    {
        HashSet<Digest> kept = [added, .. entries.Where(e => e.Reference != reference).Select(e => e.Manifest)];
        foreach (LayoutEntry entry in entries)
        {
            if (entry.Reference is null && entry.Manifest == added)
                continue;
            if (entry.Reference != reference)
                yield return entry;
            else if (kept.Add(entry.Manifest))
                yield return entry.WithoutReference();
        }
    }

    private async Task<Descriptor> AddDerivedAsync(Manifest.Image original, CancellationToken cancellationToken)
    {
        byte[] bytes = JsonSerializer.SerializeToUtf8Bytes(DerivedManifest.From(original), ImageJson.Plain.DerivedManifest);
        Digest digest = ContentHash.Compute(default, bytes);
        await content.WriteAsync(digest, bytes, cancellationToken).ConfigureAwait(false);
        return new Descriptor { MediaType = MediaTypes.OciManifest, Digest = digest, Size = bytes.Length };
    }

    private LayoutEntry[] Entries() =>
        [.. LayoutFile.Read(content).Manifests.Select(descriptor => new LayoutEntry(descriptor))];

    private static IReadOnlyList<LayoutEntry> Named(IReadOnlyList<LayoutEntry> entries, string name)
    {
        if (!ImageReference.TryParse(name, out ImageReference? wanted))
            return [];
        // A digest decides: any name of the repository that stands for it will do.
        return [.. entries.Where(entry => entry.Reference is { } has && (wanted.Digest is { } digest
            ? has.Registry == wanted.Registry && has.Repository == wanted.Repository
                && (entry.Root == digest || entry.Manifest == digest)
            : has == wanted))];
    }

    private StoredImage[] WithId(IReadOnlyList<LayoutEntry> entries, string id)
    {
        const string Algorithm = "sha256:";
        string prefix = id.StartsWith(Algorithm, StringComparison.Ordinal) ? id[Algorithm.Length..] : id;
        if (prefix.Length is 0 or > 64 || !prefix.All(char.IsAsciiHexDigitLower))
            return [];
        StoredImage[] images =
            [.. All(entries).Where(image => image.Info.Id.Hex.StartsWith(prefix, StringComparison.Ordinal))];
        return images.DistinctBy(image => image.Info.Id).Count() <= 1 ? images : throw new ContainerRuntimeException(
            RuntimeErrorKind.InvalidInput, $"find image {id}: the ids of several images begin so (give more digits)");
    }

    private IEnumerable<StoredImage> All(IReadOnlyList<LayoutEntry> entries) =>
        entries.DistinctBy(entry => entry.Manifest).Select(entry => Load(entry, entries)).OfType<StoredImage>();

    private StoredImage? Load(LayoutEntry entry, IReadOnlyList<LayoutEntry> entries)
    {
        try
        {
            byte[] bytes = Read(entry.Manifest);
            if (ManifestParser.Parse(bytes, null, entry.Manifest.ToString()) is not Manifest.Image manifest)
                return null;
            return ImageAssembler.Assemble(
                new Descriptor { MediaType = manifest.MediaType, Digest = entry.Manifest, Size = bytes.Length },
                manifest,
                Read(manifest.Config.Digest),
                [.. entries.Where(other => other.Manifest == entry.Manifest).Select(other => other.Reference).OfType<ImageReference>()]);
        }
        catch (ContainerRuntimeException e)
        {
            // Another tool may keep in the layout what is no image to us; or an image is being removed just now.
            PullLog.Foreign(_logger, entry.Descriptor.Digest, e.Message);
            return null;
        }
    }

    private byte[] Read(Digest digest) => content.TryRead(digest)
        ?? throw new ContainerRuntimeException(RuntimeErrorKind.NotFound, $"read blob {digest}: {content.Root} does not have it");
}
