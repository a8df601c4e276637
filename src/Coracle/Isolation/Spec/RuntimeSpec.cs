using System.Collections.ObjectModel;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Coracle.Isolation.Spec;

/// <summary>
/// The root of a bundle's <c>config.json</c>: all that is needed to start a container (OCI runtime specification,
/// "Configuration").
/// </summary>
internal sealed record RuntimeSpec
{
    /// <summary>The version of the specification that this follows.</summary>
    public string OciVersion { get => field ?? "1.2.0"; init; }

    /// <summary>The program; null where none is to be started.</summary>
    public SpecProcess? Process { get; init; }

    /// <summary>The root file system.</summary>
    public SpecRoot? Root { get; init; }

    /// <summary>The host name.</summary>
    public string? Hostname { get; init; }

    /// <summary>The NIS domain name.</summary>
    public string? Domainname { get; init; }

    /// <summary>What is mounted on top of the root, in this order.</summary>
    public IReadOnlyList<SpecMount> Mounts { get => field ?? []; init; }

    /// <summary>Programs to run at points of the container's life.</summary>
    public SpecHooks? Hooks { get; init; }

    /// <summary>Free text for others.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get => field ?? ReadOnlyDictionary<string, string>.Empty; init; }

    /// <summary>Everything specific to Linux.</summary>
    public LinuxSpec? Linux { get; init; }

    /// <summary>Members that this version does not know; they survive a rewrite.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Unknown { get; set; }
}
