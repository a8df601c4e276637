using System.Text.Json;
using System.Text.Json.Serialization;

namespace Coracle.Isolation.Spec;

/// <summary>A condition on an argument of a system call.</summary>
internal sealed record LinuxSeccompArg
{
    /// <summary>Which argument, from 0.</summary>
    public uint Index { get; init; }

    /// <summary>The operand; the mask of <c>SCMP_CMP_MASKED_EQ</c>.</summary>
    public ulong Value { get; init; }

    /// <summary>The value of <c>SCMP_CMP_MASKED_EQ</c>.</summary>
    public ulong ValueTwo { get; init; }

    /// <summary>A <c>SCMP_CMP_*</c> operator.</summary>
    public required string Op { get; init; }

    /// <summary>Members that this version does not know; they survive a rewrite.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Unknown { get; set; }
}
