using System.Text.Json;
using System.Text.Json.Serialization;

namespace Coracle.Isolation.Spec;

/// <summary>Programs to run at points of the container's life ("POSIX-platform Hooks").</summary>
internal sealed record SpecHooks
{
    /// <summary>Deprecated form of <see cref="CreateRuntime"/>.</summary>
    public IReadOnlyList<SpecHook> Prestart { get => field ?? []; init; }

    /// <summary>After the namespaces were made, before the root is changed; in the runtime's namespaces.</summary>
    public IReadOnlyList<SpecHook> CreateRuntime { get => field ?? []; init; }

    /// <summary>The same moment, in the container's namespaces.</summary>
    public IReadOnlyList<SpecHook> CreateContainer { get => field ?? []; init; }

    /// <summary>Just before the program, in the container.</summary>
    public IReadOnlyList<SpecHook> StartContainer { get => field ?? []; init; }

    /// <summary>After the program was started, in the runtime's namespaces.</summary>
    public IReadOnlyList<SpecHook> Poststart { get => field ?? []; init; }

    /// <summary>After the container was deleted, in the runtime's namespaces.</summary>
    public IReadOnlyList<SpecHook> Poststop { get => field ?? []; init; }

    /// <summary>Members that this version does not know; they survive a rewrite.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Unknown { get; set; }
}
