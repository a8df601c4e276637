using System.Text.Json;
using System.Text.Json.Serialization;

namespace Coracle.Isolation.Spec;

/// <summary>Limits on memory in bytes ("Memory"). -1 is no limit.</summary>
internal sealed record LinuxMemory
{
    /// <summary>The most memory.</summary>
    public long? Limit { get; init; }

    /// <summary>What is kept when memory is scarce.</summary>
    public long? Reservation { get; init; }

    /// <summary>The most memory and swap together.</summary>
    public long? Swap { get; init; }

    /// <summary>The most kernel memory; kernels from 5.16 on have no such limit.</summary>
    public long? Kernel { get; init; }

    /// <summary>The most memory of TCP buffers.</summary>
    [JsonPropertyName("kernelTCP")]
    public long? KernelTcp { get; init; }

    /// <summary>How readily pages are swapped, 0 to 100.</summary>
    public ulong? Swappiness { get; init; }

    /// <summary>Whether tasks wait instead of being killed.</summary>
    [JsonPropertyName("disableOOMKiller")]
    public bool? DisableOomKiller { get; init; }

    /// <summary>Members that this version does not know; they survive a rewrite.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Unknown { get; set; }
}
