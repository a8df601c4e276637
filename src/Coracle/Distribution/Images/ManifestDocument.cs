using System.Text.Json;
using System.Text.Json.Serialization;

namespace Coracle.Distribution.Images;

/// <summary>The members of every kind of manifest together: what a registry sent decides which it is.</summary>
internal sealed record ManifestDocument
{
    [JsonPropertyName("schemaVersion")]
    public int SchemaVersion { get; init; }

    [JsonPropertyName("mediaType")]
    public string? MediaType { get; init; }

    [JsonPropertyName("artifactType")]
    public string? ArtifactType { get; init; }

    [JsonPropertyName("config")]
    public Descriptor? Config { get; init; }

    [JsonPropertyName("layers")]
    public IReadOnlyList<Descriptor?>? Layers { get; init; }

    [JsonPropertyName("manifests")]
    public IReadOnlyList<Descriptor?>? Manifests { get; init; }

    /// <summary>Only Docker's schema version 1 has it.</summary>
    [JsonPropertyName("fsLayers")]
    public JsonElement? FsLayers { get; init; }
}
