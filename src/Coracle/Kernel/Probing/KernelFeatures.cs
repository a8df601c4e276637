using System.Globalization;
using Coracle.Kernel.Files;
using Coracle.Kernel.Interop;

namespace Coracle.Kernel.Probing;

/// <summary>What this kernel has, and what this process may do. Tried, not concluded from version numbers.</summary>
internal sealed record KernelFeatures
{
    private const string WholeRange = "4294967295";

    private static readonly Lazy<KernelFeatures> Probed = new(Probe);

    /// <summary>The features of this host; probed once a process, in less than a millisecond.</summary>
    internal static KernelFeatures Current => Probed.Value;

    /// <summary>The release, as uname(2) gives it.</summary>
    internal required string Release { get; init; }

    /// <summary>Whether this process is user 0.</summary>
    internal required bool IsRoot { get; init; }

    /// <summary>Whether this process is in a user namespace other than the first: root there is not root on the host.</summary>
    internal required bool InUserNamespace { get; init; }

    /// <summary>The effective capabilities, a bit each.</summary>
    internal required ulong Capabilities { get; init; }

    /// <summary>fsopen(2) and its kin, tried with overlay: whether layers can be stacked.</summary>
    internal required Availability Overlay { get; init; }

    /// <summary>fsopen(2) and its kin.</summary>
    internal required Availability MountApi { get; init; }

    /// <summary>mount_setattr(2).</summary>
    internal required Availability MountAttributes { get; init; }

    /// <summary>openat2(2).</summary>
    internal required Availability OpenAt2 { get; init; }

    /// <summary>pidfd_open(2).</summary>
    internal required Availability Pidfd { get; init; }

    /// <summary>clone3(2).</summary>
    internal required Availability Clone3 { get; init; }

    /// <summary>CLONE_INTO_CGROUP of clone3(2).</summary>
    internal required Availability CloneIntoCgroup { get; init; }

    /// <summary>Filters of seccomp(2).</summary>
    internal required Availability Seccomp { get; init; }

    /// <summary>How many user namespaces there may be; 0 where there are none.</summary>
    internal required long MaxUserNamespaces { get; init; }

    /// <summary>Whether users other than root get no power from a user namespace (a setting of Debian's kernels of old, or of
    /// Ubuntu's AppArmor).</summary>
    internal required bool UserNamespacesRestricted { get; init; }

    /// <summary>The sysctl vm.memfd_noexec: 2 forbids programs that lie in memory only.</summary>
    internal required int MemfdNoExec { get; init; }

    /// <summary>What is missing and how it could be had, one sentence each.</summary>
    internal IReadOnlyList<string> Remarks => KernelRemarks.For(this);

    internal bool HasCapability(int bit) => (Capabilities >> bit & 1) != 0;

    private static KernelFeatures Probe() => new()
    {
        Release = (ControlFile.TryRead("/proc/sys/kernel/osrelease") ?? "").Trim(),
        IsRoot = Libc.geteuid() == 0,
        InUserNamespace = !(ControlFile.TryRead("/proc/self/uid_map") ?? WholeRange).Contains(WholeRange, StringComparison.Ordinal),
        Capabilities = EffectiveCapabilities(ControlFile.TryRead("/proc/self/status") ?? ""),
        Overlay = SyscallProbe.FileSystem("overlay\0"u8),
        MountApi = SyscallProbe.FileSystem("tmpfs\0"u8),
        MountAttributes = SyscallProbe.MountSetAttr(),
        OpenAt2 = SyscallProbe.OpenAt2(),
        Pidfd = SyscallProbe.PidfdOpen(),
        Clone3 = SyscallProbe.Clone3(),
        CloneIntoCgroup = SyscallProbe.CloneIntoCgroup(),
        Seccomp = SyscallProbe.SeccompFilter(),
        MaxUserNamespaces = Setting("/proc/sys/user/max_user_namespaces", 0),
        UserNamespacesRestricted = Setting("/proc/sys/kernel/unprivileged_userns_clone", 1) == 0
            || Setting("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", 0) == 1,
        MemfdNoExec = (int)Setting("/proc/sys/vm/memfd_noexec", 0),
    };

    /// <summary>The effective capabilities in a <c>/proc/self/status</c>.</summary>
    internal static ulong EffectiveCapabilities(string status)
    {
        const string Field = "\nCapEff:";
        int start = status.IndexOf(Field, StringComparison.Ordinal);
        if (start < 0)
            return 0;
        ReadOnlySpan<char> line = status.AsSpan(start + Field.Length);
        int end = line.IndexOf('\n');
        return ulong.TryParse(
            (end < 0 ? line : line[..end]).Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong set) ? set : 0;
    }

    private static long Setting(string path, long missing) =>
        long.TryParse(ControlFile.TryRead(path), NumberStyles.Any, CultureInfo.InvariantCulture, out long value) ? value : missing;
}
