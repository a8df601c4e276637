using System.Text.Json;
using System.Text.Json.Serialization;

namespace Coracle.Isolation.Spec;

/// <summary>The limit on processes and threads ("PIDs").</summary>
internal sealed record LinuxPids
{
    /// <summary>The most; -1 for no limit.</summary>
    public long? Limit { get; init; }

    /// <summary>Members that this version does not know; they survive a rewrite.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Unknown { get; set; }
}
