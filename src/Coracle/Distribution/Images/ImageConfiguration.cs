using System.Text.Json.Serialization;

namespace Coracle.Distribution.Images;

/// <summary>The blob that describes an image (OCI image specification, "Image Configuration"). Its digest is the image id.</summary>
internal sealed record ImageConfiguration
{
    // A string: a date that does not parse is no reason to refuse an image.
    [JsonPropertyName("created")]
    public string? Created { get; init; }

    [JsonPropertyName("architecture")]
    public string? Architecture { get; init; }

    [JsonPropertyName("os")]
    public string? Os { get; init; }

    [JsonPropertyName("variant")]
    public string? Variant { get; init; }

    [JsonPropertyName("config")]
    public ExecutionDefaults? Config { get; init; }

    [JsonPropertyName("rootfs")]
    public RootFilesystem? Rootfs { get; init; }

    /// <summary>The layers by diff id.</summary>
    internal sealed record RootFilesystem
    {
        [JsonPropertyName("type")]
        public string? Type { get; init; }

        [JsonPropertyName("diff_ids")]
        public IReadOnlyList<Digest>? DiffIds { get; init; }
    }
}
