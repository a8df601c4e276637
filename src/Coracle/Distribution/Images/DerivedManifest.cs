using System.Text.Json.Serialization;

namespace Coracle.Distribution.Images;

/// <summary>
/// An OCI manifest of the same configuration and layers as a Docker manifest. The layout's index refers to it, because the
/// readers of OCI layouts (skopeo, umoci) take nothing else; what was pulled, and is the image's digest, is the original.
/// </summary>
internal sealed record DerivedManifest
{
    [JsonPropertyName("schemaVersion")]
    public int SchemaVersion { get; init; } = 2;

    [JsonPropertyName("mediaType")]
    public string MediaType { get; init; } = MediaTypes.OciManifest;

    [JsonPropertyName("config")]
    public required Descriptor Config { get; init; }

    [JsonPropertyName("layers")]
    public required IReadOnlyList<Descriptor> Layers { get; init; }

    /// <summary>Derives it. The same original gives the same bytes.</summary>
    internal static DerivedManifest From(Manifest.Image original) => new()
    {
        Config = Translate(original.Config),
        Layers = [.. original.Layers.Select(Translate)],
    };

    private static Descriptor Translate(Descriptor descriptor) =>
        descriptor with { MediaType = MediaTypes.ToOci(descriptor.MediaType) };
}
