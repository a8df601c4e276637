namespace Coracle;

/// <summary>The facts about an image of the store.</summary>
public sealed record ImageInfo
{
    /// <summary>The image id: the digest of the configuration.</summary>
    public required Digest Id { get; init; }

    /// <summary>The digest of the manifest of this platform.</summary>
    public required Digest ManifestDigest { get; init; }

    /// <summary>The names that point to it: with a tag or a digest.</summary>
    public required IReadOnlyList<ImageReference> References { get; init; }

    /// <summary>The platform.</summary>
    public required Platform Platform { get; init; }

    /// <summary>When it was built; null if it does not say.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>The bytes of its blobs, compressed as the registry has them.</summary>
    public required long Size { get; init; }

    /// <summary>The diff ids: digests of the uncompressed layers, the base layer first.</summary>
    public required IReadOnlyList<Digest> Layers { get; init; }

    /// <summary>What it says about how to run it.</summary>
    public required ImageConfig Config { get; init; }
}
