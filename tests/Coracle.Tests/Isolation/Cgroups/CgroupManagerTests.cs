using Coracle.Isolation.Cgroups;
using Coracle.Isolation.Spec;
using Coracle.Kernel.Errors;

namespace Coracle.Tests.Isolation.Cgroups;

public sealed class CgroupManagerTests
{
    private const string Root = "/sys/fs/cgroup";

    private static readonly LinuxResources NoLimits = new();

    private static readonly LinuxResources MemoryLimit = new() { Memory = new LinuxMemory { Limit = 64 << 20, Swap = 128 << 20 } };

    [Fact]
    public void Create_Version1NoLimits_JoinsDevicesAndMemoryOnly()
    {
        FakeCgroupFiles files = Split();
        CgroupManager manager = CgroupManager.Open(files, CgroupTexts.SplitMounts, CgroupTexts.SplitMembership);

        Cgroup cgroup = manager.Create("c1", NoLimits);

        cgroup.ProcsPaths.Should().BeEquivalentTo(
            $"{Root}/devices/coracle/c1/cgroup.procs", $"{Root}/memory/coracle/c1/cgroup.procs");
        files.Log.Should().BeEmpty();
    }

    [Fact]
    public void Create_Version1WithLimit_JoinsAllThatProgramsLookAt()
    {
        FakeCgroupFiles files = Split();
        CgroupManager manager = CgroupManager.Open(files, CgroupTexts.SplitMounts, CgroupTexts.SplitMembership);

        Cgroup cgroup = manager.Create("c1", MemoryLimit);

        cgroup.Directories.Select(static directory => directory.Split('/')[4]).Should().BeEquivalentTo(
            "devices", "memory", "cpu", "cpuacct", "cpuset", "pids");
        files.Log.Should().Contain($"{Root}/memory/coracle/c1/memory.limit_in_bytes 67108864")
            .And.Contain($"{Root}/cpuset/coracle/c1/cpuset.cpus 0-1", "no process can join a cpuset without processors")
            .And.Contain($"{Root}/cpuset/coracle/c1/cpuset.mems 0");
    }

    [Fact]
    public void Create_Version1_WritesDeviceRulesInOrder()
    {
        FakeCgroupFiles files = Split();
        CgroupManager manager = CgroupManager.Open(files, CgroupTexts.SplitMounts, CgroupTexts.SplitMembership);

        manager.Create("c1", new LinuxResources { Devices = DefaultSpec.DeviceRules });

        string group = $"{Root}/devices/coracle/c1";
        files.Log.Take(4).Should().Equal(
            $"{group}/devices.deny a *:* rwm", $"{group}/devices.allow c *:* m", $"{group}/devices.allow b *:* m", $"{group}/devices.allow c 1:3 rwm");
    }

    [Fact]
    public void Create_Version1NoSwapCounted_FailsOnlyWhenSwapWasAskedFor()
    {
        FakeCgroupFiles files = Split();
        CgroupManager manager = CgroupManager.Open(files, CgroupTexts.SplitMounts, CgroupTexts.SplitMembership);

        manager.Create("default", MemoryLimit);
        Action asked = () => manager.Create("asked", new LinuxResources { Memory = new LinuxMemory { Limit = 64 << 20, Swap = 65 << 20 } });

        asked.Should().Throw<ContainerRuntimeException>().WithMessage("*swapaccount=1*");
        files.Directories.Should().NotContain(directory => directory.EndsWith("/asked", StringComparison.Ordinal), "a failure leaves nothing");
    }

    [Fact]
    public void Create_Version2_EnablesControllersOnTheWay()
    {
        FakeCgroupFiles files = Unified("cpu memory pids");
        CgroupManager manager = CgroupManager.Open(files, CgroupTexts.UnifiedMounts, CgroupTexts.UnifiedService);

        Cgroup cgroup = manager.Create("c1", new LinuxResources { Pids = new LinuxPids { Limit = 5 } });

        cgroup.ProcsPaths.Should().Equal($"{Root}/coracle/c1/cgroup.procs");
        files.Log.Should().Equal(
            $"{Root}/cgroup.subtree_control +memory", $"{Root}/coracle/cgroup.subtree_control +memory",
            $"{Root}/cgroup.subtree_control +pids", $"{Root}/coracle/cgroup.subtree_control +pids",
            $"{Root}/coracle/c1/pids.max 5");
        files.Log.Clear();
        manager.Create("c2", new LinuxResources { Pids = new LinuxPids { Limit = 5 } });
        files.Log.Should().Equal([$"{Root}/coracle/c2/pids.max 5"], "what is enabled is not enabled again");
    }

    [Fact]
    public void Create_Version2RootHasProcesses_FailsOnlyWhenALimitWasAskedFor()
    {
        FakeCgroupFiles files = Unified("memory pids");
        files.Failures[$"{Root}/cgroup.subtree_control"] = Errno.EBUSY;
        CgroupManager manager = CgroupManager.Open(files, CgroupTexts.UnifiedMounts, "0::/\n");

        manager.Create("c1", NoLimits).ProcsPaths.Should().ContainSingle();
        Action limited = () => manager.Create("c2", MemoryLimit);

        limited.Should().Throw<ContainerRuntimeException>().WithMessage("*start them in a group below it*")
            .Which.Kind.Should().Be(RuntimeErrorKind.Conflict);
        files.Exists($"{Root}/coracle/c2").Should().BeFalse();
    }

    [Fact]
    public void Create_Version2Delegated_UsesTheNearestWritableGroupAround()
    {
        const string Service = $"{Root}/user.slice/user-1000.slice/user@1000.service";
        FakeCgroupFiles files = Unified("cpu io memory pids");
        foreach (string directory in (string[])[
            $"{Root}/user.slice", $"{Root}/user.slice/user-1000.slice", Service, $"{Service}/app.slice", $"{Service}/app.slice/app-editor.scope"])
            files.MakeDirectory(directory);
        files.With($"{Service}/app.slice/cgroup.controllers", "memory pids\n");
        files.ReadOnly(Root).ReadOnly($"{Root}/user.slice").ReadOnly($"{Root}/user.slice/user-1000.slice");

        CgroupManager manager = CgroupManager.Open(files, CgroupTexts.UnifiedMounts, CgroupTexts.UnifiedUser);

        manager.Controllers.Should().Equal("memory", "pids");
        manager.Create("c1", NoLimits).Directories.Should().Equal($"{Service}/app.slice/coracle/c1");
        Action cpu = () => manager.Check(new LinuxResources { Cpu = new LinuxCpu { Shares = 5 } });
        cpu.Should().Throw<ContainerRuntimeException>().Which.Kind.Should().Be(RuntimeErrorKind.NotSupported);
    }

    [Fact]
    public void Open_Hybrid_FindsControllersInBothVersions()
    {
        FakeCgroupFiles files = Split();
        CgroupManager manager = CgroupManager.Open(files, CgroupTexts.SplitMounts, CgroupTexts.SplitMembership);

        manager.Layout.Should().Be(CgroupLayout.Hybrid);
        manager.Controllers.Should().Equal("cpu", "cpuacct", "cpuset", "devices", "freezer", "hugetlb", "memory", "pids");
        Cgroup cgroup = manager.Create("c1", new LinuxResources
        {
            HugepageLimits = [new LinuxHugepageLimit { PageSize = "2MB", Limit = 1 << 21 }],
        });
        cgroup.Directories.Should().Contain($"{Root}/unified/coracle/c1");
        files.Log.Should().Contain($"{Root}/unified/coracle/c1/hugetlb.2MB.max 2097152");
    }

    [Fact]
    public void Open_ReadOnlyMounts_IsNoneWithARemark()
    {
        FakeCgroupFiles files = new FakeCgroupFiles().Mount($"{Root}/memory").Mount($"{Root}/cpu,cpuacct");

        CgroupManager manager = CgroupManager.Open(files, CgroupTexts.DockerMounts, CgroupTexts.DockerMembership);

        manager.Layout.Should().Be(CgroupLayout.None);
        manager.Remarks.Should().HaveCount(2).And.OnlyContain(static remark => remark.Contains("read-only"));
        manager.RestrictsDevices.Should().BeFalse();
        manager.Create("c1", NoLimits).ProcsPaths.Should().BeEmpty();
        Action limited = () => manager.Create("c1", MemoryLimit);
        limited.Should().Throw<ContainerRuntimeException>().Which.Kind.Should().Be(RuntimeErrorKind.NotSupported);
    }

    [Fact]
    public void Create_SameIdTwice_IsAConflict()
    {
        CgroupManager manager = CgroupManager.Open(Split(), CgroupTexts.SplitMounts, CgroupTexts.SplitMembership);
        manager.Create("c1", NoLimits);

        Action again = () => manager.Create("c1", NoLimits);

        again.Should().Throw<ContainerRuntimeException>().Which.Kind.Should().Be(RuntimeErrorKind.Conflict);
        manager.Find("c1").Should().NotBeNull("what exists is not touched");
    }

    [Fact]
    public async Task RemoveLeftover_GroupsOfADeadOwner_AreRemovedWithWhatIsBelow()
    {
        FakeCgroupFiles files = Split();
        CgroupManager.Open(files, CgroupTexts.SplitMounts, CgroupTexts.SplitMembership).Create("c1", MemoryLimit);
        files.MakeDirectory($"{Root}/memory/coracle/c1/inner");
        files.MakeDirectory($"{Root}/memory/coracle/c1/inner/deep");

        CgroupManager later = CgroupManager.Open(files, CgroupTexts.SplitMounts, CgroupTexts.SplitMembership);
        await later.RemoveLeftoverAsync("c1", TestContext.Current.CancellationToken);
        await later.RemoveLeftoverAsync("c1", TestContext.Current.CancellationToken);

        files.Directories.Should().NotContain(static directory => directory.Contains("/c1"));
    }

    [Theory]
    [InlineData("oom_kill_disable 0\nunder_oom 0\noom_kill 1\n", true)]
    [InlineData("oom_kill_disable 0\nunder_oom 0\noom_kill 0\n", false)]
    [InlineData("", false)]
    public void WasOomKilled_Version1_ReadsTheCounter(string text, bool killed)
    {
        FakeCgroupFiles files = Split();
        Cgroup cgroup = CgroupManager.Open(files, CgroupTexts.SplitMounts, CgroupTexts.SplitMembership).Create("c1", NoLimits);
        files.With($"{Root}/memory/coracle/c1/memory.oom_control", text);

        cgroup.WasOomKilled().Should().Be(killed);
    }

    [Theory]
    [InlineData("low 0\nhigh 0\nmax 12\noom 1\noom_kill 2\noom_group_kill 0\n", true)]
    [InlineData("low 0\nhigh 0\nmax 12\noom 1\noom_kill 0\noom_group_kill 0\n", false)]
    public void WasOomKilled_Version2_ReadsTheCounter(string text, bool killed)
    {
        FakeCgroupFiles files = Unified("memory");
        Cgroup cgroup = CgroupManager.Open(files, CgroupTexts.UnifiedMounts, "0::/\n").Create("c1", NoLimits);
        files.With($"{Root}/coracle/c1/memory.events", text);

        cgroup.WasOomKilled().Should().Be(killed);
    }

    private static FakeCgroupFiles Unified(string controllers) => new FakeCgroupFiles()
        .Mount(Root, "cgroup.subtree_control", "cgroup.controllers", "cgroup.events", "memory.max", "memory.swap.max", "pids.max")
        .With($"{Root}/cgroup.controllers", controllers + "\n");

    private static FakeCgroupFiles Split() => new FakeCgroupFiles()
        .Mount($"{Root}/cpu", "cpu.shares")
        .Mount($"{Root}/cpuacct")
        .Mount($"{Root}/cpuset", "cpuset.cpus", "cpuset.mems")
        .With($"{Root}/cpuset/cpuset.cpus", "0-1\n")
        .With($"{Root}/cpuset/cpuset.mems", "0\n")
        .Mount($"{Root}/memory", "memory.limit_in_bytes", "memory.oom_control")
        .Mount($"{Root}/devices", "devices.allow", "devices.deny")
        .Mount($"{Root}/freezer", "freezer.state")
        .Mount($"{Root}/pids", "pids.max")
        .Mount($"{Root}/unified", "cgroup.subtree_control", "cgroup.controllers", "hugetlb.2MB.max")
        .With($"{Root}/unified/cgroup.controllers", "hugetlb\n");
}
