namespace Coracle.Isolation.Spec;

/// <summary>The parts of a <see cref="RuntimeSpec"/> that a container has when nothing else is said: the same as Docker's.</summary>
internal static class DefaultSpec
{
    /// <summary>What is mounted on top of the root.</summary>
    internal static IReadOnlyList<SpecMount> Mounts { get; } =
    [
        Of("/proc", "proc", "proc", "nosuid", "noexec", "nodev"),
        Of("/dev", "tmpfs", "tmpfs", "nosuid", "strictatime", "mode=755", "size=65536k"),
        Of("/dev/pts", "devpts", "devpts", "nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"),
        Of("/sys", "sysfs", "sysfs", "nosuid", "noexec", "nodev", "ro"),
        Of("/sys/fs/cgroup", "cgroup", "cgroup", "ro", "nosuid", "noexec", "nodev"),
        Of("/dev/mqueue", "mqueue", "mqueue", "nosuid", "noexec", "nodev"),
        Of("/dev/shm", "tmpfs", "shm", "nosuid", "noexec", "nodev", "mode=1777", "size=65536k"),
    ];

    /// <summary>The capabilities of root in a container.</summary>
    internal static IReadOnlyList<string> Capabilities { get; } =
    [
        "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FSETID", "CAP_FOWNER", "CAP_MKNOD", "CAP_NET_RAW", "CAP_SETGID",
        "CAP_SETUID", "CAP_SETFCAP", "CAP_SETPCAP", "CAP_NET_BIND_SERVICE", "CAP_SYS_CHROOT", "CAP_KILL",
        "CAP_AUDIT_WRITE",
    ];

    /// <summary>What a container has of its own. A private cgroup namespace on every layout, so that no path of the host
    /// shows.</summary>
    internal static IReadOnlyList<LinuxNamespace> Namespaces { get; } =
    [
        new() { Type = LinuxNamespaceType.Mount },
        new() { Type = LinuxNamespaceType.Network },
        new() { Type = LinuxNamespaceType.Uts },
        new() { Type = LinuxNamespaceType.Pid },
        new() { Type = LinuxNamespaceType.Ipc },
        new() { Type = LinuxNamespaceType.Cgroup },
    ];

    /// <summary>Paths that leak facts about the host, or give power over it, and can't be read.</summary>
    internal static IReadOnlyList<string> MaskedPaths { get; } =
    [
        "/proc/acpi", "/proc/asound", "/proc/interrupts", "/proc/kcore", "/proc/keys", "/proc/latency_stats",
        "/proc/sched_debug", "/proc/scsi", "/proc/timer_list", "/proc/timer_stats",
        "/sys/devices/virtual/powercap", "/sys/firmware",
        .. ThermalThrottlePaths("/sys/devices/system/cpu"),
    ];

    /// <summary>Paths with settings of the whole kernel that can't be written.</summary>
    internal static IReadOnlyList<string> ReadonlyPaths { get; } =
        ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"];

    /// <summary>The nodes of /dev that every container has (the specification's "Default Devices"). /dev/ptmx is a link to
    /// the container's own devpts, and /dev/console exists with a terminal only.</summary>
    internal static IReadOnlyList<LinuxDevice> Devices { get; } =
    [
        Character("/dev/null", 1, 3),
        Character("/dev/zero", 1, 5),
        Character("/dev/full", 1, 7),
        Character("/dev/random", 1, 8),
        Character("/dev/urandom", 1, 9),
        Character("/dev/tty", 5, 0),
    ];

    /// <summary>The symbolic links of /dev: name and target.</summary>
    internal static IReadOnlyList<(string Path, string Target)> DeviceLinks { get; } =
    [
        ("/dev/fd", "/proc/self/fd"),
        ("/dev/stdin", "/proc/self/fd/0"),
        ("/dev/stdout", "/proc/self/fd/1"),
        ("/dev/stderr", "/proc/self/fd/2"),
        ("/dev/core", "/proc/kcore"),
        ("/dev/ptmx", "pts/ptmx"),
    ];

    /// <summary>Which devices may be used. Any node may be made (mknod, as CAP_MKNOD is granted), few may be opened.</summary>
    internal static IReadOnlyList<LinuxDeviceRule> DeviceRules { get; } =
    [
        new() { Allow = false, Access = "rwm" },
        new() { Allow = true, Type = "c", Access = "m" },
        new() { Allow = true, Type = "b", Access = "m" },
        Use(1, 3),
        Use(1, 5),
        Use(1, 7),
        Use(1, 8),
        Use(1, 9),
        Use(5, 0),
        Use(5, 1),
        Use(5, 2),
        Use(136, null),
    ];

    // A page of sensor state per processor; the paths exist on some Intel hosts only.
    internal static IEnumerable<string> ThermalThrottlePaths(string cpus) => Directory.Exists(cpus)
        ? Directory.EnumerateDirectories(cpus, "cpu*")
            .Where(static path => char.IsAsciiDigit(Path.GetFileName(path.AsSpan())[^1]))
            .Select(static path => path + "/thermal_throttle")
            .Where(Directory.Exists)
            .Order(StringComparer.Ordinal)
        : [];

    private static SpecMount Of(string destination, string type, string source, params string[] options) =>
        new() { Destination = destination, Type = type, Source = source, Options = options };

    private static LinuxDevice Character(string path, long major, long minor) =>
        new() { Type = "c", Path = path, Major = major, Minor = minor, FileMode = 0x1B6, Uid = 0, Gid = 0 };

    private static LinuxDeviceRule Use(long major, long? minor) =>
        new() { Allow = true, Type = "c", Major = major, Minor = minor, Access = "rwm" };
}
