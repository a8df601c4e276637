using System.Text.Json;
using System.Text.Json.Serialization;

namespace Coracle.Isolation.Spec;

/// <summary>The capability sets of a process, each a list of <c>CAP_*</c> names (capabilities(7)).</summary>
internal sealed record SpecCapabilities
{
    /// <summary>The ceiling for all that is executed later.</summary>
    public IReadOnlyList<string> Bounding { get => field ?? []; init; }

    /// <summary>What the kernel checks.</summary>
    public IReadOnlyList<string> Effective { get => field ?? []; init; }

    /// <summary>What execve(2) of a file with inheritable capabilities keeps.</summary>
    public IReadOnlyList<string> Inheritable { get => field ?? []; init; }

    /// <summary>What may be made effective.</summary>
    public IReadOnlyList<string> Permitted { get => field ?? []; init; }

    /// <summary>What execve(2) keeps without being root.</summary>
    public IReadOnlyList<string> Ambient { get => field ?? []; init; }

    /// <summary>Members that this version does not know; they survive a rewrite.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Unknown { get; set; }
}
