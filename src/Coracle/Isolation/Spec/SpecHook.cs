using System.Text.Json;
using System.Text.Json.Serialization;

namespace Coracle.Isolation.Spec;

/// <summary>One program of <see cref="SpecHooks"/>.</summary>
internal sealed record SpecHook
{
    /// <summary>The absolute path.</summary>
    public required string Path { get; init; }

    /// <summary>All arguments, the zeroth too.</summary>
    public IReadOnlyList<string> Args { get => field ?? []; init; }

    /// <summary>The environment.</summary>
    public IReadOnlyList<string> Env { get => field ?? []; init; }

    /// <summary>Seconds after which it is ended.</summary>
    public int? Timeout { get; init; }

    /// <summary>Members that this version does not know; they survive a rewrite.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Unknown { get; set; }
}
