using System.Text.Json;
using System.Text.Json.Serialization;

namespace Coracle.Isolation.Spec;

/// <summary>A rate limit on one block device.</summary>
internal sealed record LinuxThrottleDevice
{
    /// <summary>The major number.</summary>
    public long Major { get; init; }

    /// <summary>The minor number.</summary>
    public long Minor { get; init; }

    /// <summary>Bytes or operations in a second.</summary>
    public ulong Rate { get; init; }

    /// <summary>Members that this version does not know; they survive a rewrite.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Unknown { get; set; }
}
