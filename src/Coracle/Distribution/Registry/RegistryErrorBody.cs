using System.Text.Json.Serialization;

namespace Coracle.Distribution.Registry;

/// <summary>The body of an error answer (OCI distribution specification, "Error Codes"), or of a token server's.</summary>
internal sealed record RegistryErrorBody
{
    [JsonPropertyName("errors")]
    public IReadOnlyList<ErrorEntry?>? Errors { get; init; }

    /// <summary>A token server's code (RFC 6749, section 5.2).</summary>
    [JsonPropertyName("error")]
    public System.Text.Json.JsonElement? Error { get; init; }

    [JsonPropertyName("error_description")]
    public System.Text.Json.JsonElement? Description { get; init; }

    /// <summary>What Docker Hub's token server says.</summary>
    [JsonPropertyName("details")]
    public System.Text.Json.JsonElement? Details { get; init; }

    internal sealed record ErrorEntry
    {
        [JsonPropertyName("code")]
        public string? Code { get; init; }

        [JsonPropertyName("message")]
        public string? Message { get; init; }
    }
}
