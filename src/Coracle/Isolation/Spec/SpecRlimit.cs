using System.Text.Json;
using System.Text.Json.Serialization;

namespace Coracle.Isolation.Spec;

/// <summary>A resource limit of a process (getrlimit(2)).</summary>
internal sealed record SpecRlimit
{
    /// <summary>The name, for example <c>RLIMIT_NOFILE</c>.</summary>
    public required string Type { get; init; }

    /// <summary>The limit in force; <see cref="ulong.MaxValue"/> for none.</summary>
    public ulong Soft { get; init; }

    /// <summary>The ceiling of the soft limit.</summary>
    public ulong Hard { get; init; }

    /// <summary>Members that this version does not know; they survive a rewrite.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Unknown { get; set; }
}
