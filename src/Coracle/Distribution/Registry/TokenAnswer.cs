using System.Text.Json.Serialization;

namespace Coracle.Distribution.Registry;

/// <summary>What a token server answers (distribution's token specification; OAuth2 names the token differently).</summary>
internal sealed record TokenAnswer
{
    [JsonPropertyName("token")]
    public string? Token { get; init; }

    [JsonPropertyName("access_token")]
    public string? AccessToken { get; init; }

    /// <summary>Seconds. Some servers write a fraction.</summary>
    [JsonPropertyName("expires_in")]
    public double? ExpiresIn { get; init; }
}
