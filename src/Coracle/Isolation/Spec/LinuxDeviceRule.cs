using System.Text.Json;
using System.Text.Json.Serialization;

namespace Coracle.Isolation.Spec;

/// <summary>A rule about the use of devices ("Allowed Device list").</summary>
internal sealed record LinuxDeviceRule
{
    /// <summary>Whether it allows or denies.</summary>
    public bool Allow { get; init; }

    /// <summary><c>a</c> or null for all, <c>c</c> or <c>b</c>.</summary>
    public string? Type { get; init; }

    /// <summary>The major number; null for all.</summary>
    public long? Major { get; init; }

    /// <summary>The minor number; null for all.</summary>
    public long? Minor { get; init; }

    /// <summary>Any of <c>r</c>, <c>w</c>, <c>m</c> (mknod); null for all.</summary>
    public string? Access { get; init; }

    /// <summary>Members that this version does not know; they survive a rewrite.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Unknown { get; set; }
}
