using Coracle.Isolation.Cgroups.Planning;
using Coracle.Isolation.Spec;

namespace Coracle.Tests.Isolation.Cgroups;

public sealed class CgroupPlanTests
{
    private const long MiB = 1 << 20;

    [Fact]
    public void Build_Memory_SwapIsTogetherInVersion1AndAloneInVersion2()
    {
        LinuxResources resources = new() { Memory = new LinuxMemory { Limit = 64 * MiB, Swap = 96 * MiB, Reservation = 32 * MiB } };

        Writes(resources, CgroupVersion.One).Should().Equal(
            "memory.limit_in_bytes=67108864", "memory.memsw.limit_in_bytes=100663296", "memory.soft_limit_in_bytes=33554432");
        Writes(resources, CgroupVersion.Two).Should().Equal(
            "memory.max=67108864", "memory.swap.max=33554432", "memory.low=33554432");
    }

    [Fact]
    public void Build_MemoryUnlimitedSwap_IsMax()
    {
        LinuxResources resources = new() { Memory = new LinuxMemory { Limit = 64 * MiB, Swap = -1 } };

        Writes(resources, CgroupVersion.One).Should().Contain("memory.memsw.limit_in_bytes=-1");
        Writes(resources, CgroupVersion.Two).Should().Contain("memory.swap.max=max");
    }

    [Theory]
    [InlineData(64, 128, true)]
    [InlineData(64, 100, false)]
    [InlineData(64, 64, false)]
    public void Build_SwapNobodyAskedFor_MayBeMissing(long limit, long swap, bool optional)
    {
        LinuxResources resources = new() { Memory = new LinuxMemory { Limit = limit * MiB, Swap = swap * MiB } };

        CgroupPlan.Build(resources, static _ => CgroupVersion.One).Writes
            .Single(static write => write.File == "memory.memsw.limit_in_bytes").Optional.Should().Be(optional);
    }

    [Fact]
    public void Build_Cpu_IsSpokenToInEachVersion()
    {
        LinuxResources resources = new() { Cpu = new LinuxCpu { Quota = 50_000, Period = 100_000, Shares = 1024, Cpus = "0-1" } };

        Writes(resources, CgroupVersion.One).Should().Equal(
            "cpu.shares=1024", "cpu.cfs_period_us=100000", "cpu.cfs_quota_us=50000", "cpuset.cpus=0-1");
        Writes(resources, CgroupVersion.Two).Should().Equal("cpu.weight=100", "cpu.max=50000 100000", "cpuset.cpus=0-1");
    }

    [Theory]
    [InlineData(0ul, 1)]
    [InlineData(2ul, 1)]
    [InlineData(1024ul, 100)]
    [InlineData(262_144ul, 10_000)]
    [InlineData(ulong.MaxValue, 10_000)]
    public void WeightOf_BoundsAndNormalShares_AreThoseOfVersion2(ulong shares, long weight) =>
        CgroupPlan.WeightOf(shares).Should().Be(weight);

    [Fact]
    public void WeightOf_Grows()
    {
        long last = 0;
        for (ulong shares = 2; shares <= 262_144; shares += 97)
        {
            CgroupPlan.WeightOf(shares).Should().BeGreaterThanOrEqualTo(last);
            last = CgroupPlan.WeightOf(shares);
        }
    }

    [Theory]
    [InlineData(100L, "100")]
    [InlineData(-1L, "max")]
    [InlineData(0L, "max")]
    public void Build_Pids_NothingPositiveIsNoLimit(long limit, string value) =>
        Writes(new LinuxResources { Pids = new LinuxPids { Limit = limit } }, CgroupVersion.Two).Should().Equal("pids.max=" + value);

    [Fact]
    public void Build_BlockIO_IsSpokenToInEachVersion()
    {
        LinuxResources resources = new()
        {
            BlockIO = new LinuxBlockIO
            {
                Weight = 500,
                ThrottleReadBpsDevice = [new LinuxThrottleDevice { Major = 8, Minor = 16, Rate = 1024 }],
                ThrottleWriteIopsDevice = [new LinuxThrottleDevice { Major = 8, Minor = 0, Rate = 10 }],
            },
        };

        Writes(resources, CgroupVersion.One).Should().Equal(
            "blkio.bfq.weight=500", "blkio.throttle.read_bps_device=8:16 1024", "blkio.throttle.write_iops_device=8:0 10");
        CgroupPlan.Build(resources, static controller => controller == "io" ? CgroupVersion.Two : CgroupVersion.Missing)
            .Writes.Select(static write => $"{write.File}={write.Value}").Should().Equal(
                "io.bfq.weight=500", "io.max=8:16 rbps=1024", "io.max=8:0 wiops=10");
    }

    [Fact]
    public void Build_Hugepages_IsSpokenToInEachVersion()
    {
        LinuxResources resources = new() { HugepageLimits = [new LinuxHugepageLimit { PageSize = "2MB", Limit = 1 << 22 }] };

        Writes(resources, CgroupVersion.One).Should().Equal("hugetlb.2MB.limit_in_bytes=4194304");
        Writes(resources, CgroupVersion.Two).Should().Equal("hugetlb.2MB.max=4194304");
    }

    [Theory]
    [InlineData("memory.high", "1000", true)]
    [InlineData("../memory.high", "1", false)]
    [InlineData("cgroup.procs", "1", false)]
    [InlineData("memory", "1", false)]
    public void Build_UnifiedFiles_AreFilesOfControllersOnly(string file, string value, bool taken)
    {
        LinuxResources resources = new() { Unified = new Dictionary<string, string> { [file] = value } };

        Action build = () => Writes(resources, CgroupVersion.Two).Should().Equal($"{file}={value}");

        if (taken)
            build.Should().NotThrow();
        else
            build.Should().Throw<ContainerRuntimeException>().Which.Kind.Should().Be(RuntimeErrorKind.InvalidInput);
    }

    [Fact]
    public void Build_OutOfRange_IsInvalidInput()
    {
        Fails(new LinuxMemory { Limit = 5 * MiB }, "*6 MiB*");
        Fails(new LinuxMemory { Swap = 64 * MiB }, "*needs a memory limit*");
        Fails(new LinuxMemory { Limit = 64 * MiB, Swap = 63 * MiB }, "*less than*");
        Fails(new LinuxMemory { Limit = 64 * MiB, Reservation = 65 * MiB }, "*reservation*");
        Fails(new LinuxMemory { Swappiness = 101 }, "*swappiness*");
        Fails(new LinuxCpu { Quota = 999 }, "*quota*");
        Fails(new LinuxCpu { Period = 999 }, "*period*");
        Fails(new LinuxCpu { Period = 1_000_001 }, "*period*");
    }

    [Fact]
    public void Build_WhatAVersionDoesNotHave_IsNotSupported()
    {
        Unsupported(new LinuxResources { Memory = new LinuxMemory { Swappiness = 10 } }, CgroupVersion.Two);
        Unsupported(new LinuxResources { Memory = new LinuxMemory { DisableOomKiller = true } }, CgroupVersion.Two);
        Unsupported(new LinuxResources { Memory = new LinuxMemory { Kernel = 1 << 30 } }, CgroupVersion.One);
        Unsupported(new LinuxResources { Cpu = new LinuxCpu { RealtimeRuntime = 1000 } }, CgroupVersion.Two);
        Unsupported(new LinuxResources { Unified = new Dictionary<string, string> { ["memory.high"] = "1" } }, CgroupVersion.One);
        Unsupported(new LinuxResources { Pids = new LinuxPids { Limit = 3 } }, CgroupVersion.Missing);
    }

    private static IEnumerable<string> Writes(LinuxResources resources, CgroupVersion version) =>
        CgroupPlan.Build(resources, controller => controller == "blkio" && version == CgroupVersion.Two ? CgroupVersion.Missing : version)
            .Writes.Select(static write => $"{write.File}={write.Value}");

    private static void Fails(LinuxMemory memory, string message) => Fails(new LinuxResources { Memory = memory }, message);

    private static void Fails(LinuxCpu cpu, string message) => Fails(new LinuxResources { Cpu = cpu }, message);

    private static void Fails(LinuxResources resources, string message)
    {
        Action build = () => CgroupPlan.Build(resources, static _ => CgroupVersion.One);

        build.Should().Throw<ContainerRuntimeException>().WithMessage(message)
            .Which.Kind.Should().Be(RuntimeErrorKind.InvalidInput);
    }

    private static void Unsupported(LinuxResources resources, CgroupVersion version)
    {
        Action build = () => CgroupPlan.Build(resources, _ => version);

        build.Should().Throw<ContainerRuntimeException>().Which.Kind.Should().Be(RuntimeErrorKind.NotSupported);
    }
}
