using Coracle.Isolation.Rootfs;

namespace Coracle.Tests.Isolation.Rootfs;

public sealed class CgroupHierarchyTests
{
    [Fact]
    public void Parse_Version1_GivesNamesAndOptions()
    {
        IReadOnlyList<CgroupHierarchy> hierarchies = CgroupHierarchy.Parse(
        [
            "25 30 0:23 / /sys/fs/cgroup ro,nosuid - tmpfs tmpfs ro,mode=755",
            "28 25 0:25 / /sys/fs/cgroup/systemd rw,nosuid shared:10 - cgroup cgroup rw,xattr,name=systemd",
            "34 25 0:31 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid shared:15 - cgroup cgroup rw,cpu,cpuacct",
            "35 25 0:32 / /sys/fs/cgroup/memory rw,nosuid shared:16 - cgroup cgroup rw,memory",
            "99 98 0:32 / /mnt/again rw,nosuid shared:16 - cgroup cgroup rw,memory",
            "36 25 0:33 / /sys/fs/cgroup/unified rw,nosuid shared:17 - cgroup2 cgroup2 rw,nsdelegate",
        ]);

        hierarchies.Select(static h => $"{h.Name}: {h.Options}").Should().Equal(
            "systemd: none,name=systemd", "cpu,cpuacct: cpu,cpuacct", "memory: memory");
        hierarchies[1].Controllers.Should().Equal("cpu", "cpuacct");
    }

    [Fact]
    public void Parse_Version2Alone_GivesNone() =>
        CgroupHierarchy.Parse(["28 25 0:25 / /sys/fs/cgroup rw shared:4 - cgroup2 cgroup2 rw"]).Should().BeEmpty();
}
