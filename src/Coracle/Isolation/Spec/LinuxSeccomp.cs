using System.Text.Json;
using System.Text.Json.Serialization;

namespace Coracle.Isolation.Spec;

/// <summary>A filter of system calls ("Seccomp").</summary>
internal sealed record LinuxSeccomp
{
    /// <summary>What happens to calls that no rule matches, for example <c>SCMP_ACT_ERRNO</c>.</summary>
    public required string DefaultAction { get; init; }

    /// <summary>The errno of the default action; null for EPERM.</summary>
    public uint? DefaultErrnoRet { get; init; }

    /// <summary>The <c>SCMP_ARCH_*</c> that are let through to the rules; the native one always is.</summary>
    public IReadOnlyList<string> Architectures { get => field ?? []; init; }

    /// <summary>The <c>SECCOMP_FILTER_FLAG_*</c> of seccomp(2).</summary>
    public IReadOnlyList<string> Flags { get => field ?? []; init; }

    /// <summary>The rules.</summary>
    public IReadOnlyList<LinuxSyscall> Syscalls { get => field ?? []; init; }

    /// <summary>Members that this version does not know; they survive a rewrite.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Unknown { get; set; }
}
