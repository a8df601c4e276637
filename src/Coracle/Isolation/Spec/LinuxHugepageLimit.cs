using System.Text.Json;
using System.Text.Json.Serialization;

namespace Coracle.Isolation.Spec;

/// <summary>The limit on huge pages of one size ("Huge page limits").</summary>
internal sealed record LinuxHugepageLimit
{
    /// <summary>The size, for example <c>2MB</c>.</summary>
    public required string PageSize { get; init; }

    /// <summary>The most bytes.</summary>
    public ulong Limit { get; init; }

    /// <summary>Members that this version does not know; they survive a rewrite.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Unknown { get; set; }
}
