namespace Coracle.Tests.Isolation.Cgroups;

/// <summary>What /proc/self/mountinfo (its cgroup lines) and /proc/self/cgroup say on various hosts.</summary>
internal static class CgroupTexts
{
    /// <summary>Version 2 alone, in a service: Debian 12, Ubuntu 22.04 and later, Fedora.</summary>
    internal const string UnifiedMounts =
        """
        22 29 0:21 / /sys rw,nosuid,nodev,noexec,relatime shared:7 - sysfs sysfs rw
        33 22 0:28 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:9 - cgroup2 cgroup2 rw,nsdelegate,memory_recursiveprot
        """;

    internal const string UnifiedService = "0::/system.slice/ci.service\n";

    internal const string UnifiedUser = "0::/user.slice/user-1000.slice/user@1000.service/app.slice/app-editor.scope\n";

    /// <summary>systemd's hybrid layout: Debian 10, Ubuntu 20.04.</summary>
    internal const string HybridMounts =
        """
        26 24 0:23 / /sys/fs/cgroup ro,nosuid,nodev,noexec shared:8 - tmpfs tmpfs ro,mode=755
        27 26 0:24 / /sys/fs/cgroup/unified rw,nosuid,nodev,noexec,relatime shared:9 - cgroup2 cgroup2 rw,nsdelegate
        28 26 0:25 / /sys/fs/cgroup/systemd rw,nosuid,nodev,noexec,relatime shared:10 - cgroup cgroup rw,xattr,name=systemd
        32 26 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid,nodev,noexec,relatime shared:15 - cgroup cgroup rw,cpu,cpuacct
        33 26 0:30 / /sys/fs/cgroup/memory rw,nosuid,nodev,noexec,relatime shared:16 - cgroup cgroup rw,memory
        34 26 0:31 / /sys/fs/cgroup/net_cls,net_prio rw,nosuid,nodev,noexec,relatime shared:17 - cgroup cgroup rw,net_cls,net_prio
        35 26 0:32 / /sys/fs/cgroup/pids rw,nosuid,nodev,noexec,relatime shared:18 - cgroup cgroup rw,pids
        36 26 0:33 / /sys/fs/cgroup/devices rw,nosuid,nodev,noexec,relatime shared:19 - cgroup cgroup rw,devices
        37 26 0:34 / /sys/fs/cgroup/cpuset rw,nosuid,nodev,noexec,relatime shared:20 - cgroup cgroup rw,cpuset
        """;

    internal const string HybridService =
        """
        12:cpuset:/
        11:devices:/system.slice/ci.service
        10:pids:/system.slice/ci.service
        9:net_cls,net_prio:/
        8:memory:/system.slice/ci.service
        7:cpu,cpuacct:/system.slice/ci.service
        1:name=systemd:/system.slice/ci.service
        0::/system.slice/ci.service
        """;

    /// <summary>A container of Docker on version 1, without a cgroup namespace: the mounts show the container's part.</summary>
    internal const string DockerMounts =
        """
        701 700 0:71 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime - tmpfs tmpfs rw,mode=755
        702 701 0:29 /docker/8d2f /sys/fs/cgroup/cpu,cpuacct ro,nosuid,nodev,noexec,relatime master:15 - cgroup cgroup rw,cpu,cpuacct
        703 701 0:30 /docker/8d2f /sys/fs/cgroup/memory ro,nosuid,nodev,noexec,relatime master:16 - cgroup cgroup rw,memory
        """;

    internal const string DockerMembership = "8:memory:/docker/8d2f/inner\n7:cpu,cpuacct:/docker/8d2f\n0::/\n";

    /// <summary>Version 1 with separate hierarchies, and a version 2 tree with one controller; memory's own group is not
    /// the root.</summary>
    internal const string SplitMounts =
        """
        30 22 0:27 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
        31 30 0:28 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu
        32 30 0:29 / /sys/fs/cgroup/cpuacct rw,relatime - cgroup cgroup rw,cpuacct
        33 30 0:30 / /sys/fs/cgroup/cpuset rw,relatime - cgroup cgroup rw,cpuset
        34 30 0:31 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
        35 30 0:32 / /sys/fs/cgroup/devices rw,relatime - cgroup cgroup rw,devices
        36 30 0:33 / /sys/fs/cgroup/freezer rw,relatime - cgroup cgroup rw,freezer
        38 30 0:35 / /sys/fs/cgroup/pids rw,relatime - cgroup cgroup rw,pids
        39 30 0:36 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,name=systemd
        40 30 0:37 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
        """;

    internal const string SplitMembership =
        """
        9:name=systemd:/
        8:pids:/
        6:freezer:/
        5:devices:/
        4:memory:/jobs/d667
        3:cpuset:/
        2:cpuacct:/
        1:cpu:/
        0::/
        """;
}
