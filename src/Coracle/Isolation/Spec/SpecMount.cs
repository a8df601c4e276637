using System.Text.Json;
using System.Text.Json.Serialization;

namespace Coracle.Isolation.Spec;

/// <summary>A mount on top of the root ("Mounts").</summary>
internal sealed record SpecMount
{
    /// <summary>Where, as an absolute path in the container.</summary>
    public required string Destination { get; init; }

    /// <summary>The type of file system; <c>bind</c> or null for a bind mount.</summary>
    public string? Type { get; init; }

    /// <summary>A device, a name, or the path on the host of a bind mount.</summary>
    public string? Source { get; init; }

    /// <summary>Options in the form of fstab(5).</summary>
    public IReadOnlyList<string> Options { get => field ?? []; init; }

    /// <summary>User ids of an id-mapped mount.</summary>
    public IReadOnlyList<LinuxIdMapping>? UidMappings { get; init; }

    /// <summary>Group ids of an id-mapped mount.</summary>
    public IReadOnlyList<LinuxIdMapping>? GidMappings { get; init; }

    /// <summary>Members that this version does not know; they survive a rewrite.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Unknown { get; set; }
}
