using System.Text.Json;
using System.Text.Json.Serialization;

namespace Coracle.Isolation.Spec;

/// <summary>The ids of a process ("User").</summary>
internal sealed record SpecUser
{
    /// <summary>The user id in the container.</summary>
    public uint Uid { get; init; }

    /// <summary>The group id in the container.</summary>
    public uint Gid { get; init; }

    /// <summary>The umask; null for the inherited one.</summary>
    public uint? Umask { get; init; }

    /// <summary>Supplementary groups.</summary>
    public IReadOnlyList<uint> AdditionalGids { get => field ?? []; init; }

    /// <summary>Members that this version does not know; they survive a rewrite.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Unknown { get; set; }
}
