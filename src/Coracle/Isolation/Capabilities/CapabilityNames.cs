using System.Collections.Frozen;
using System.Globalization;

namespace Coracle.Isolation.Capabilities;

/// <summary>The names of the capabilities, and their numbers.</summary>
internal static class CapabilityNames
{
    internal const int SetPcap = 8;
    internal const int SysAdmin = 21;

    private const string Prefix = "CAP_";

    // By number: linux/capability.h.
    private static readonly string[] Names =
    [
        "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_DAC_READ_SEARCH", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL", "CAP_SETGID",
        "CAP_SETUID", "CAP_SETPCAP", "CAP_LINUX_IMMUTABLE", "CAP_NET_BIND_SERVICE", "CAP_NET_BROADCAST", "CAP_NET_ADMIN",
        "CAP_NET_RAW", "CAP_IPC_LOCK", "CAP_IPC_OWNER", "CAP_SYS_MODULE", "CAP_SYS_RAWIO", "CAP_SYS_CHROOT",
        "CAP_SYS_PTRACE", "CAP_SYS_PACCT", "CAP_SYS_ADMIN", "CAP_SYS_BOOT", "CAP_SYS_NICE", "CAP_SYS_RESOURCE",
        "CAP_SYS_TIME", "CAP_SYS_TTY_CONFIG", "CAP_MKNOD", "CAP_LEASE", "CAP_AUDIT_WRITE", "CAP_AUDIT_CONTROL",
        "CAP_SETFCAP", "CAP_MAC_OVERRIDE", "CAP_MAC_ADMIN", "CAP_SYSLOG", "CAP_WAKE_ALARM", "CAP_BLOCK_SUSPEND",
        "CAP_AUDIT_READ", "CAP_PERFMON", "CAP_BPF", "CAP_CHECKPOINT_RESTORE",
    ];

    private static readonly FrozenDictionary<string, int> Numbers = Names
        .Select(static (name, number) => KeyValuePair.Create(name, number))
        .ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>All of them.</summary>
    internal static IReadOnlyList<string> All => Names;

    /// <summary>The number of a name, in any case, with or without <c>CAP_</c>.</summary>
    /// <exception cref="ContainerRuntimeException">There is no such capability.</exception>
    internal static int NumberOf(string name)
    {
        if (Numbers.TryGetValue(name, out int number) || Numbers.TryGetValue(Prefix + name, out number))
            return number;
        throw new ContainerRuntimeException(
            RuntimeErrorKind.InvalidInput, $"'{name}' is not a capability (see capabilities(7) for the names)");
    }

    /// <summary>The name of a number.</summary>
    internal static string NameOf(int number) =>
        number < Names.Length ? Names[number] : number.ToString(CultureInfo.InvariantCulture);
}
