using Coracle.Isolation.Cgroups.Layout;

namespace Coracle.Tests.Isolation.Cgroups;

public sealed class CgroupTopologyTests
{
    [Fact]
    public void Parse_Unified_IsVersion2AndKnowsItsGroup()
    {
        CgroupTopology topology = CgroupTopology.Parse(CgroupTexts.UnifiedMounts, CgroupTexts.UnifiedService);

        topology.Layout.Should().Be(CgroupLayout.V2);
        CgroupMount mount = topology.Mounts.Should().ContainSingle().Subject;
        mount.Unified.Should().BeTrue();
        mount.MountPoint.Should().Be("/sys/fs/cgroup");
        mount.OwnDirectory.Should().Be("/sys/fs/cgroup/system.slice/ci.service");
    }

    [Fact]
    public void Parse_Hybrid_HasEachHierarchyOnceAndNotTheInitSystems()
    {
        CgroupTopology topology = CgroupTopology.Parse(CgroupTexts.HybridMounts, CgroupTexts.HybridService);

        topology.Layout.Should().Be(CgroupLayout.Hybrid);
        topology.Mounts.Select(static mount => mount.MountPoint).Should().BeEquivalentTo(
            "/sys/fs/cgroup/cpuset", "/sys/fs/cgroup/devices", "/sys/fs/cgroup/pids", "/sys/fs/cgroup/net_cls,net_prio",
            "/sys/fs/cgroup/memory", "/sys/fs/cgroup/cpu,cpuacct", "/sys/fs/cgroup/unified");
        CgroupMount cpu = topology.Mounts.Single(static mount => mount.Controllers.Contains("cpu"));
        cpu.Controllers.Should().Equal("cpu", "cpuacct");
        cpu.OwnDirectory.Should().Be("/sys/fs/cgroup/cpu,cpuacct/system.slice/ci.service");
    }

    [Fact]
    public void Parse_InDocker_PathsAreRelativeToWhatIsMounted()
    {
        CgroupTopology topology = CgroupTopology.Parse(CgroupTexts.DockerMounts, CgroupTexts.DockerMembership);

        topology.Layout.Should().Be(CgroupLayout.V1, "the hierarchy of version 2 is not mounted");
        CgroupMount memory = topology.Mounts.Single(static mount => mount.Controllers.Contains("memory"));
        memory.ReadOnly.Should().BeTrue();
        memory.OwnDirectory.Should().Be("/sys/fs/cgroup/memory/inner");
        topology.Mounts.Single(static mount => mount.Controllers.Contains("cpu")).OwnDirectory
            .Should().Be("/sys/fs/cgroup/cpu,cpuacct");
    }

    [Fact]
    public void Parse_GroupOutsideOfTheMount_HasNoDirectory()
    {
        CgroupTopology topology = CgroupTopology.Parse(
            "33 22 0:28 /a /sys/fs/cgroup rw - cgroup2 cgroup2 rw", "0::/ab/c\n");

        topology.Mounts.Single().OwnDirectory.Should().BeNull();
    }

    [Fact]
    public void Parse_MountedTwice_TakesTheUsualPlace()
    {
        CgroupTopology topology = CgroupTopology.Parse(
            """
            40 22 0:28 / /var/lib/x/cgroup rw - cgroup2 cgroup2 rw
            33 22 0:28 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw
            41 22 0:28 / /var/lib/y/cgroup rw - cgroup2 cgroup2 rw
            """,
            "0::/\n");

        topology.Mounts.Single().MountPoint.Should().Be("/sys/fs/cgroup");
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("22 29 0:21 / /sys rw - sysfs sysfs rw", "0::/\n")]
    [InlineData("garbage - cgroup2\nx - cgroup", "::\nx\n")]
    public void Parse_NothingMounted_IsNone(string mountInfo, string membership) =>
        CgroupTopology.Parse(mountInfo, membership).Layout.Should().Be(CgroupLayout.None);

    [Fact]
    public void Parse_EscapedMountPoint_IsUnescaped() =>
        CgroupTopology.Parse(@"33 22 0:28 / /a\040b\134c rw - cgroup2 cgroup2 rw", "0::/\n")
            .Mounts.Single().MountPoint.Should().Be(@"/a b\c");
}
