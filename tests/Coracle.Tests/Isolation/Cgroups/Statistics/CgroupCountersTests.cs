using Coracle.Isolation.Cgroups.Statistics;

namespace Coracle.Tests.Isolation.Cgroups.Statistics;

public sealed class CgroupCountersTests
{
    private const long HostMemory = 16L << 30;

    private readonly FakeCgroupFiles _files = new();

    [Fact]
    public void V2_Reads_WhatDockerShows()
    {
        _files.With("/g/cpu.stat", "usage_usec 5000000\nuser_usec 3000000\nsystem_usec 2000000\nnr_periods 10\nnr_throttled 4\nthrottled_usec 250000\n")
            .With("/g/memory.current", "104857600\n")
            .With("/g/memory.stat", "anon 1\ninactive_file_x 9\ninactive_file 4857600\n")
            .With("/g/memory.max", "209715200\n")
            .With("/g/memory.peak", "150000000\n")
            .With("/g/memory.swap.current", "4096\n")
            .With("/g/memory.events", "low 0\noom 3\noom_kill 2\noom_group_kill 0\n")
            .With("/g/pids.current", "7\n")
            .With("/g/pids.max", "max\n")
            .With("/g/io.stat", "8:0 rbytes=1024 wbytes=2048 rios=3 wios=4 dbytes=0 dios=0\n253:16 rbytes=1\nodd\n");
        CgroupCountersV2 counters = new(_files, "/g");

        counters.ReadCpu().Should().Be(new CpuUsage(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(2)));
        counters.ReadThrottling().Should().Be(new CpuThrottling(10, 4, TimeSpan.FromMilliseconds(250)));
        MemoryStatistics memory = counters.ReadMemory(HostMemory)!;
        memory.Should().Be(new MemoryStatistics
        {
            Usage = 104857600, InactiveFile = 4857600, Limit = 209715200, Peak = 150000000, Swap = 4096, OomKills = 2,
        });
        memory.Used.Should().Be(100_000_000);
        memory.Percent.Should().BeApproximately(47.68, 0.01);
        counters.ReadPids().Should().Be(new PidStatistics(7, null));
        counters.ReadBlockDevices().Should().Equal(
            new BlockDeviceStatistics(8, 0, 1024, 2048, 3, 4), new BlockDeviceStatistics(253, 16, 1, 0, 0, 0));
    }

    [Fact]
    public void V1_Reads_WhatDockerShows()
    {
        _files.With("/acct/cpuacct.usage", "5000000000\n")
            .With("/acct/cpuacct.usage_user", "3000000000\n")
            .With("/acct/cpuacct.usage_sys", "2000000000\n")
            .With("/cpu/cpu.stat", "nr_periods 10\nnr_throttled 4\nthrottled_time 250000000\n")
            .With("/mem/memory.usage_in_bytes", "104857600\n")
            .With("/mem/memory.stat", "inactive_file 1\ntotal_inactive_file 4857600\n")
            .With("/mem/memory.limit_in_bytes", "9223372036854771712\n")
            .With("/mem/memory.max_usage_in_bytes", "150000000\n")
            .With("/mem/memory.memsw.usage_in_bytes", "104861696\n")
            .With("/mem/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 2\n")
            .With("/pids/pids.current", "7\n")
            .With("/pids/pids.max", "100\n")
            .With("/blk/blkio.throttle.io_service_bytes", "8:0 Read 1024\n8:0 Write 2048\n8:0 Sync 1\n8:0 Total 3072\nTotal 3072\n")
            .With("/blk/blkio.throttle.io_serviced", "8:0 Read 3\n8:0 Write 4\n");
        CgroupCountersV1 counters = new(_files, static controller => controller switch
        {
            "cpuacct" => "/acct", "cpu" => "/cpu", "memory" => "/mem", "pids" => "/pids", "blkio" => "/blk", _ => null,
        });

        counters.ReadCpu().Should().Be(new CpuUsage(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(2)));
        counters.ReadThrottling().Should().Be(new CpuThrottling(10, 4, TimeSpan.FromMilliseconds(250)));
        counters.ReadMemory(HostMemory).Should().Be(new MemoryStatistics
        {
            Usage = 104857600, InactiveFile = 4857600, Limit = HostMemory, Peak = 150000000, Swap = 4096, OomKills = 2,
        });
        counters.ReadPids().Should().Be(new PidStatistics(7, 100));
        counters.ReadBlockDevices().Should().Equal(new BlockDeviceStatistics(8, 0, 1024, 2048, 3, 4));
    }

    [Fact]
    public void V1_OfAKernelWithoutTheSplitInNanoseconds_ReadsTicks()
    {
        _files.With("/acct/cpuacct.usage", "5000000000\n").With("/acct/cpuacct.stat", "user 300\nsystem 200\n");
        new CgroupCountersV1(_files, static _ => "/acct").ReadCpu()
            .Should().Be(new CpuUsage(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(2)));
    }

    [Fact]
    public void Counters_OfGroupsThatDoNotCount_AreNull()
    {
        foreach (ICgroupCounters counters in (ICgroupCounters[])[new CgroupCountersV2(_files, "/g"), new CgroupCountersV1(_files, static _ => null)])
        {
            counters.ReadCpu().Should().BeNull();
            counters.ReadThrottling().Should().BeNull();
            counters.ReadMemory(HostMemory).Should().BeNull();
            counters.ReadPids().Should().BeNull();
            counters.ReadBlockDevices().Should().BeNull();
        }
    }

    [Theory]
    [InlineData("18446744073709551615", long.MaxValue)]
    [InlineData("9223372036854775807\n", long.MaxValue)]
    [InlineData("-1", null)]
    [InlineData("max", null)]
    [InlineData("", null)]
    public void Number_IsBounded(string text, long? expected) => KeyedText.Number(text).Should().Be(expected);

    [Fact]
    public void Percent_IsDockersFormula()
    {
        CpuStatistics earlier = Cpu(used: 1, host: 100);
        Cpu(used: 2, host: 108).PercentSince(earlier).Should().Be(50, "a second of eight on four processors is half a processor");
        Cpu(used: 1, host: 108).PercentSince(earlier).Should().Be(0);
        Cpu(used: 2, host: 100).PercentSince(earlier).Should().Be(0);
    }

    private static CpuStatistics Cpu(double used, double host) => new()
    {
        Total = TimeSpan.FromSeconds(used),
        User = default,
        System = default,
        Host = TimeSpan.FromSeconds(host),
        OnlineProcessors = 4,
    };
}
