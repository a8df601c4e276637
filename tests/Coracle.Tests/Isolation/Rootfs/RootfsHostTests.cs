using Coracle.Isolation.Rootfs;

namespace Coracle.Tests.Isolation.Rootfs;

public sealed class RootfsHostTests
{
    private static readonly RootfsHost Host = new(HasFirmware: false,
    [
        new CgroupHierarchy("cpu", "cpu", ["cpu"]) { MountPoint = "/sys/fs/cgroup/cpu" },
        new CgroupHierarchy("cpuset", "cpuset", ["cpuset"]) { MountPoint = "/sys/fs/cgroup/cpuset" },
    ]);

    [Fact]
    public void JoinedBy_SomeHierarchies_ShowsThoseOnly()
    {
        RootfsHost joined = Host.JoinedBy(["/sys/fs/cgroup/cpuset/coracle/c1/cgroup.procs"]);

        joined.CgroupHierarchies.Select(static hierarchy => hierarchy.Name).Should().Equal("cpuset");
        joined.NoCgroups.Should().BeFalse();
    }

    [Fact]
    public void JoinedBy_None_IsNotTakenForVersion2()
    {
        Host.JoinedBy([]).NoCgroups.Should().BeTrue();
        new RootfsHost(HasFirmware: false, []).JoinedBy([]).NoCgroups.Should().BeFalse();
    }
}
