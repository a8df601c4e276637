namespace Coracle.Distribution.Images;

/// <summary>A manifest as it was understood. Its bytes are what counts, and are kept as they came. A closed set.</summary>
internal abstract record Manifest
{
    private Manifest(string mediaType) => MediaType = mediaType;

    /// <summary>The media type of the bytes.</summary>
    internal string MediaType { get; }

    /// <summary>One image for one platform.</summary>
    internal sealed record Image(string Type, Descriptor Config, IReadOnlyList<Descriptor> Layers) : Manifest(Type);

    /// <summary>A choice of images (OCI image index, Docker manifest list).</summary>
    internal sealed record Index(string Type, IReadOnlyList<Descriptor> Entries) : Manifest(Type);
}
