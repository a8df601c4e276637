using System.Text.Json;
using System.Text.Json.Serialization;

namespace Coracle.Isolation.Spec;

/// <summary>Limits on processors ("CPU").</summary>
internal sealed record LinuxCpu
{
    /// <summary>The weight against other groups; 1024 is normal.</summary>
    public ulong? Shares { get; init; }

    /// <summary>Microseconds of processor time in a period.</summary>
    public long? Quota { get; init; }

    /// <summary>Microseconds by which the quota may be passed once.</summary>
    public ulong? Burst { get; init; }

    /// <summary>The period in microseconds.</summary>
    public ulong? Period { get; init; }

    /// <summary>Microseconds of real-time scheduling in a real-time period.</summary>
    public long? RealtimeRuntime { get; init; }

    /// <summary>The real-time period in microseconds.</summary>
    public ulong? RealtimePeriod { get; init; }

    /// <summary>The processors to run on, for example <c>0-3,7</c>.</summary>
    public string? Cpus { get; init; }

    /// <summary>The memory nodes to use.</summary>
    public string? Mems { get; init; }

    /// <summary>1 to run only when nobody else wants to.</summary>
    public long? Idle { get; init; }

    /// <summary>Members that this version does not know; they survive a rewrite.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Unknown { get; set; }
}
