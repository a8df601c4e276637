using System.Text.Json.Serialization;

namespace Coracle.Distribution.Registry;

/// <summary>The members of Docker's client configuration that are about credentials.</summary>
internal sealed record DockerConfigFile
{
    [JsonPropertyName("auths")]
    public IReadOnlyDictionary<string, AuthEntry?>? Auths { get; init; }

    [JsonPropertyName("credsStore")]
    public string? CredsStore { get; init; }

    [JsonPropertyName("credHelpers")]
    public IReadOnlyDictionary<string, string?>? CredHelpers { get; init; }

    internal sealed record AuthEntry
    {
        /// <summary>Base64 of <c>user:password</c>.</summary>
        [JsonPropertyName("auth")]
        public string? Auth { get; init; }

        [JsonPropertyName("username")]
        public string? UserName { get; init; }

        [JsonPropertyName("password")]
        public string? Password { get; init; }

        [JsonPropertyName("identitytoken")]
        public string? IdentityToken { get; init; }
    }
}
