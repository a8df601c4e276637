namespace Coracle.Distribution.Images;

/// <summary>An entry of the layout's index, as this store writes them.</summary>
/// <param name="Descriptor">The entry itself.</param>
internal sealed record LayoutEntry(Descriptor Descriptor)
{
    /// <summary>The manifest as it was pulled.</summary>
    internal Digest Manifest => DigestOf(LayoutAnnotations.Original) ?? Descriptor.Digest;

    /// <summary>What the reference stood for.</summary>
    internal Digest Root => DigestOf(LayoutAnnotations.Root) ?? Manifest;

    /// <summary>The reference; null of an image that lost it, or of an entry that another tool wrote with a name of its
    /// own.</summary>
    internal ImageReference? Reference =>
        (Annotation(LayoutAnnotations.ContainerdName) ?? Annotation(LayoutAnnotations.RefName)) is { } name
        && ImageReference.TryParse(name, out ImageReference? reference) && reference.ToString() == name ? reference : null;

    /// <summary>Makes an entry.</summary>
    /// <param name="manifest">The manifest that readers of the layout find: media type, digest, size.</param>
    /// <param name="original">The manifest as it was pulled.</param>
    /// <param name="root">What the reference stood for.</param>
    /// <param name="reference">The reference.</param>
    /// <param name="platform">The platform.</param>
    internal static LayoutEntry Create(
        Descriptor manifest, Digest original, Digest root, ImageReference reference, Platform platform)
    {
        Dictionary<string, string> annotations = new()
        {
            [LayoutAnnotations.RefName] = reference.ToString(),
            [LayoutAnnotations.ContainerdName] = reference.ToString(),
            [LayoutAnnotations.Root] = root.ToString(),
        };
        if (original != manifest.Digest)
            annotations[LayoutAnnotations.Original] = original.ToString();
        return new LayoutEntry(manifest with
        {
            Annotations = annotations,
            Platform = new DescriptorPlatform
            {
                Os = platform.Os,
                Architecture = platform.Architecture,
                Variant = platform.Variant,
            },
        });
    }

    /// <summary>The same image without a name.</summary>
    internal LayoutEntry WithoutReference()
    {
        Dictionary<string, string> rest = new(Descriptor.Annotations ?? new Dictionary<string, string>());
        rest.Remove(LayoutAnnotations.RefName);
        rest.Remove(LayoutAnnotations.ContainerdName);
        return new LayoutEntry(Descriptor with { Annotations = rest });
    }

    private string? Annotation(string key) => Descriptor.Annotations?.GetValueOrDefault(key);

    private Digest? DigestOf(string key) => Digest.TryParse(Annotation(key), out Digest digest) ? digest : null;
}
