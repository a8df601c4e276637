using System.Text.Json;
using System.Text.Json.Serialization;

namespace Coracle.Isolation.Spec;

/// <summary>The root file system of a container ("Root").</summary>
internal sealed record SpecRoot
{
    /// <summary>The directory.</summary>
    public required string Path { get; init; }

    /// <summary>Whether it can't be written to.</summary>
    public bool Readonly { get; init; }

    /// <summary>Members that this version does not know; they survive a rewrite.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Unknown { get; set; }
}
