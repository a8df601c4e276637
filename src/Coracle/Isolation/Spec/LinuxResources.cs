using System.Collections.ObjectModel;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Coracle.Isolation.Spec;

/// <summary>Limits of a control group ("Control groups").</summary>
internal sealed record LinuxResources
{
    /// <summary>Which devices may be used; a later rule wins.</summary>
    public IReadOnlyList<LinuxDeviceRule> Devices { get => field ?? []; init; }

    /// <summary>Memory.</summary>
    public LinuxMemory? Memory { get; init; }

    /// <summary>Processors.</summary>
    public LinuxCpu? Cpu { get; init; }

    /// <summary>Processes.</summary>
    public LinuxPids? Pids { get; init; }

    /// <summary>Block devices.</summary>
    public LinuxBlockIO? BlockIO { get; init; }

    /// <summary>Huge pages.</summary>
    public IReadOnlyList<LinuxHugepageLimit> HugepageLimits { get => field ?? []; init; }

    /// <summary>Files of a version 2 group by name, and what to write to them.</summary>
    public IReadOnlyDictionary<string, string> Unified { get => field ?? ReadOnlyDictionary<string, string>.Empty; init; }

    /// <summary>Members that this version does not know; they survive a rewrite.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Unknown { get; set; }
}
