using System.Text.Json;
using System.Text.Json.Serialization;

namespace Coracle.Isolation.Spec;

/// <summary>Limits on block devices ("Block IO").</summary>
internal sealed record LinuxBlockIO
{
    /// <summary>The weight against other groups, 10 to 1000.</summary>
    public ushort? Weight { get; init; }

    /// <summary>The weight against child groups.</summary>
    public ushort? LeafWeight { get; init; }

    /// <summary>Weights for single devices.</summary>
    public IReadOnlyList<LinuxWeightDevice> WeightDevice { get => field ?? []; init; }

    /// <summary>Bytes read in a second.</summary>
    public IReadOnlyList<LinuxThrottleDevice> ThrottleReadBpsDevice { get => field ?? []; init; }

    /// <summary>Bytes written in a second.</summary>
    public IReadOnlyList<LinuxThrottleDevice> ThrottleWriteBpsDevice { get => field ?? []; init; }

    /// <summary>Reads in a second.</summary>
    [JsonPropertyName("throttleReadIOPSDevice")]
    public IReadOnlyList<LinuxThrottleDevice> ThrottleReadIopsDevice { get => field ?? []; init; }

    /// <summary>Writes in a second.</summary>
    [JsonPropertyName("throttleWriteIOPSDevice")]
    public IReadOnlyList<LinuxThrottleDevice> ThrottleWriteIopsDevice { get => field ?? []; init; }

    /// <summary>Members that this version does not know; they survive a rewrite.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Unknown { get; set; }
}
