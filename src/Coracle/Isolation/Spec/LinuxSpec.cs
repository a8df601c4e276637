using System.Collections.ObjectModel;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Coracle.Isolation.Spec;

/// <summary>What is specific to Linux ("Linux Container Configuration").</summary>
internal sealed record LinuxSpec
{
    /// <summary>Namespaces to make or join; others are the runtime's own.</summary>
    public IReadOnlyList<LinuxNamespace> Namespaces { get => field ?? []; init; }

    /// <summary>User ids of a new user namespace.</summary>
    public IReadOnlyList<LinuxIdMapping> UidMappings { get => field ?? []; init; }

    /// <summary>Group ids of a new user namespace.</summary>
    public IReadOnlyList<LinuxIdMapping> GidMappings { get => field ?? []; init; }

    /// <summary>Device nodes beside the default ones.</summary>
    public IReadOnlyList<LinuxDevice> Devices { get => field ?? []; init; }

    /// <summary>The control group; absolute paths are relative to the hierarchy.</summary>
    public string? CgroupsPath { get; init; }

    /// <summary>Limits of the control group.</summary>
    public LinuxResources? Resources { get; init; }

    /// <summary>The filter of system calls; null for none.</summary>
    public LinuxSeccomp? Seccomp { get; init; }

    /// <summary>Kernel parameters of the new namespaces.</summary>
    public IReadOnlyDictionary<string, string> Sysctl { get => field ?? ReadOnlyDictionary<string, string>.Empty; init; }

    /// <summary>The propagation of mounts of the root.</summary>
    public string? RootfsPropagation { get; init; }

    /// <summary>Paths of the container that can't be read.</summary>
    public IReadOnlyList<string> MaskedPaths { get => field ?? []; init; }

    /// <summary>Paths of the container that can't be written.</summary>
    public IReadOnlyList<string> ReadonlyPaths { get => field ?? []; init; }

    /// <summary>The SELinux context of mounts.</summary>
    public string? MountLabel { get; init; }

    /// <summary>Members that this version does not know; they survive a rewrite.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Unknown { get; set; }
}
