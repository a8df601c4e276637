namespace Coracle.Kernel.Probing;

/// <summary>The capabilities without which a runtime can't work as root (linux/capability.h).</summary>
internal static class CapabilityBits
{
    internal const int SysResource = 24;

    internal static IReadOnlyList<(int Bit, string Name)> Needed { get; } =
    [
        (0, "CAP_CHOWN"), (1, "CAP_DAC_OVERRIDE"), (3, "CAP_FOWNER"), (5, "CAP_KILL"), (6, "CAP_SETGID"), (7, "CAP_SETUID"),
        (8, "CAP_SETPCAP"), (12, "CAP_NET_ADMIN"), (21, "CAP_SYS_ADMIN"), (27, "CAP_MKNOD"),
    ];
}
