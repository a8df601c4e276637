using System.Text.Json;
using System.Text.Json.Serialization;

namespace Coracle.Isolation.Spec;

/// <summary>A namespace to make, or to join ("Namespaces").</summary>
internal sealed record LinuxNamespace
{
    /// <summary>One of <see cref="LinuxNamespaceType"/>.</summary>
    public required string Type { get; init; }

    /// <summary>The namespace to join; null to make one.</summary>
    public string? Path { get; init; }

    /// <summary>Members that this version does not know; they survive a rewrite.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Unknown { get; set; }
}
