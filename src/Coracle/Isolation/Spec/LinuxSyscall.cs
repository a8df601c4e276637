using System.Text.Json;
using System.Text.Json.Serialization;

namespace Coracle.Isolation.Spec;

/// <summary>A rule of <see cref="LinuxSeccomp"/>.</summary>
internal sealed record LinuxSyscall
{
    /// <summary>The calls; names that an architecture does not have are skipped.</summary>
    public IReadOnlyList<string> Names { get => field ?? []; init; }

    /// <summary>What happens, for example <c>SCMP_ACT_ALLOW</c>.</summary>
    public required string Action { get; init; }

    /// <summary>The errno of <c>SCMP_ACT_ERRNO</c>; null for EPERM.</summary>
    public uint? ErrnoRet { get; init; }

    /// <summary>Conditions that must all hold.</summary>
    public IReadOnlyList<LinuxSeccompArg> Args { get => field ?? []; init; }

    /// <summary>Members that this version does not know; they survive a rewrite.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Unknown { get; set; }
}
