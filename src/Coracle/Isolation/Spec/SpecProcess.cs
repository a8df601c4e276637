using System.Text.Json;
using System.Text.Json.Serialization;

namespace Coracle.Isolation.Spec;

/// <summary>The program of a container ("Process").</summary>
internal sealed record SpecProcess
{
    /// <summary>Whether standard streams are a pseudo-terminal.</summary>
    public bool Terminal { get; init; }

    /// <summary>The first size of the terminal.</summary>
    public SpecConsoleSize? ConsoleSize { get; init; }

    /// <summary>As whom it runs.</summary>
    public SpecUser User { get => field ?? new SpecUser(); init; }

    /// <summary>The program and its arguments.</summary>
    public IReadOnlyList<string> Args { get => field ?? []; init; }

    /// <summary>The environment, each <c>name=value</c>.</summary>
    public IReadOnlyList<string> Env { get => field ?? []; init; }

    /// <summary>The absolute path to start in.</summary>
    public string Cwd { get => field ?? "/"; init; }

    /// <summary>The five capability sets.</summary>
    public SpecCapabilities? Capabilities { get; init; }

    /// <summary>Resource limits; those not named are inherited.</summary>
    public IReadOnlyList<SpecRlimit> Rlimits { get => field ?? []; init; }

    /// <summary>Whether execve(2) may never add privileges.</summary>
    public bool NoNewPrivileges { get; init; }

    /// <summary>The AppArmor profile.</summary>
    public string? ApparmorProfile { get; init; }

    /// <summary>How soon the kernel kills it when memory runs out, -1000 to 1000.</summary>
    public int? OomScoreAdj { get; init; }

    /// <summary>The SELinux context.</summary>
    public string? SelinuxLabel { get; init; }

    /// <summary>Members that this version does not know; they survive a rewrite.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Unknown { get; set; }
}
