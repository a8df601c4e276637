using Coracle.Distribution.Content;
using Coracle.Distribution.Registry;

namespace Coracle.Distribution.Images;

/// <summary>Follows a reference to the manifest of one platform.</summary>
internal sealed class ManifestResolver(ContentStore content, RegistrySession session, ImageReference reference, Platform platform)
{
    // Each is a request: an index of thousands of indexes must not be a way to keep us busy.
    private const int MaxIndexes = 16;

    private readonly HashSet<Digest> _seen = [];

    /// <summary>Resolves the reference.</summary>
    internal async Task<ResolvedManifest> ResolveAsync(CancellationToken cancellationToken)
    {
        string name = reference.Digest?.ToString() ?? reference.Tag!;
        FetchedManifest root = await FetchAsync(name, reference.Digest, cancellationToken).ConfigureAwait(false);
        Manifest manifest = ManifestParser.Parse(root.Bytes, root.MediaType, reference.ToFamiliarString());
        return manifest is Manifest.Image image
            ? Resolved(root, image, root.Digest)
            : await ChooseAsync((Manifest.Index)manifest, root.Digest, 1, cancellationToken).ConfigureAwait(false)
                ?? throw NotFound($"{reference.ToFamiliarString()} has no image for {platform}; it has: "
                    + PlatformMatcher.Describe(((Manifest.Index)manifest).Entries));
    }

    private async Task<ResolvedManifest?> ChooseAsync(
        Manifest.Index index, Digest root, int depth, CancellationToken cancellationToken)
    {
        if (depth > Limits.IndexDepth)
            throw Malformed($"more than {Limits.IndexDepth} indexes lie within each other");
        foreach (Descriptor entry in PlatformMatcher.Candidates(index.Entries, platform))
        {
            if (entry.Size is < 0 or > Limits.DocumentBytes)
                throw Malformed($"its entry {entry.Digest} has a size of {entry.Size}");
            if (!_seen.Add(entry.Digest))
                continue;
            if (_seen.Count > MaxIndexes)
                throw Malformed($"more than {MaxIndexes} of its entries have to be looked at");
            FetchedManifest fetched =
                await FetchAsync(entry.Digest.ToString(), entry.Digest, cancellationToken).ConfigureAwait(false);
            if (fetched.Bytes.Length != entry.Size)
                throw new ContainerRuntimeException(
                    RuntimeErrorKind.IntegrityFailed,
                    $"pull {reference.ToFamiliarString()}: manifest {entry.Digest} has {fetched.Bytes.Length} bytes, and {entry.Size} by the index");
            Manifest manifest = ManifestParser.Parse(fetched.Bytes, entry.MediaType, entry.Digest.ToString());
            ResolvedManifest? found = manifest is Manifest.Image image
                ? Resolved(fetched, image, root)
                : await ChooseAsync((Manifest.Index)manifest, root, depth + 1, cancellationToken).ConfigureAwait(false);
            if (found is not null)
                return found;
        }
        return null;
    }

    private async Task<FetchedManifest> FetchAsync(string name, Digest? digest, CancellationToken cancellationToken)
    {
        // What a digest stands for never changes: no need to ask.
        if (digest is { } known && content.TryRead(known) is { } stored)
            return new FetchedManifest(stored, known, null);
        try
        {
            return await session.GetManifestAsync(name, digest, MediaTypes.Manifests, cancellationToken).ConfigureAwait(false);
        }
        catch (RegistryException e) when (e.Kind == RuntimeErrorKind.NotFound)
        {
            throw NotFound($"{reference.Registry} does not have {reference.ToFamiliarString()}: {e.Message}", e);
        }
    }

    private static ResolvedManifest Resolved(FetchedManifest fetched, Manifest.Image image, Digest root) => new(
        new Descriptor { MediaType = image.MediaType, Digest = fetched.Digest, Size = fetched.Bytes.Length },
        fetched.Bytes,
        image,
        root);

    private ImageNotFoundException NotFound(string reason, Exception? cause = null) =>
        new(reference.ToString(), $"pull {reference.ToFamiliarString()}: {reason}", cause);

    private ContainerRuntimeException Malformed(string reason) =>
        new(RuntimeErrorKind.InvalidInput, $"pull {reference.ToFamiliarString()}: {reason}");
}
