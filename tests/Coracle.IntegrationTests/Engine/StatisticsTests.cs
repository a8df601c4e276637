using System.Globalization;
using Coracle.TestSupport;

namespace Coracle.IntegrationTests.Engine;

/// <summary>What a container uses, who runs in it, and that want of memory is told.</summary>
public sealed class StatisticsTests(FixtureRegistry registry) : EngineTest(registry)
{
    private const string Burner = "while :; do :; done";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Statistics_OfABurner_AreThoseOfProc(bool limited)
    {
        await using IContainer container = await Runtime.Containers.RunAsync(
            Shell(Burner) with { Resources = new ResourceLimits { Memory = limited ? 64L << 20 : null } }, Token);
        int pid = (await container.InspectAsync(Token)).Pid!.Value;
        List<ContainerStatistics> read = [];
        await foreach (ContainerStatistics one in container.WatchStatisticsAsync(TimeSpan.FromMilliseconds(300), Token))
        {
            read.Add(one);
            if (read.Count == 4)
                break;
        }
        TimeSpan before = CpuTimeOf(pid);
        ContainerStatistics last = await container.GetStatisticsAsync(Token);
        TimeSpan after = CpuTimeOf(pid);

        last.Cpu.Total.Should().BeGreaterThanOrEqualTo(before - TimeSpan.FromMilliseconds(20));
        last.Cpu.Total.Should().BeLessThanOrEqualTo(after + TimeSpan.FromMilliseconds(50));
        read[0].Cpu.Percent.Should().BeNull();
        read.Skip(1).Should().OnlyContain(static one => one.Cpu.Percent > 0 && one.Cpu.Percent <= 115);
        last.Cpu.OnlineProcessors.Should().Be(Environment.ProcessorCount);
        last.Memory.Usage.Should().BePositive();
        last.Memory.Limit.Should().Match(limit => limited ? limit == 64L << 20 : limit > 64L << 20);
        last.Pids.Current.Should().Be(1);
        last.Networks.Should().BeEmpty("the container has the loopback only");
    }

    [Fact]
    public async Task Statistics_OfAContainerThatEnds_End()
    {
        await using IContainer container = await Runtime.Containers.RunAsync(Shell("read x") with { OpenStandardInput = true }, Token);
        int count = 0;
        await foreach (ContainerStatistics one in container.WatchStatisticsAsync(TimeSpan.FromMilliseconds(50), Token))
        {
            if (++count == 2)
                container.StandardInput.Close();
        }
        count.Should().BeGreaterThanOrEqualTo(2);
        await FluentActions.Awaiting(() => container.GetStatisticsAsync(Token))
            .Should().ThrowAsync<ContainerRuntimeException>().Where(e => e.Kind == RuntimeErrorKind.Conflict);
    }

    [Fact]
    public async Task Processes_OfATree_AreListedWithBothIds()
    {
        await using IContainer container = await Runtime.Containers.RunAsync(
            Shell("sh -c 'echo 1; kill -STOP $$' & sh -c 'echo 2; kill -STOP $$' & wait") with { User = "33" }, Token);
        int ready = 0;
        await foreach (OutputLine line in container.ReadLinesAsync(cancellationToken: Token))
        {
            if (++ready == 2)
                break;
        }
        int pid = (await container.InspectAsync(Token)).Pid!.Value;

        IReadOnlyList<ContainerProcessInfo> processes = await container.ListProcessesAsync(Token);

        processes.Should().HaveCount(3);
        processes[0].Should().Match<ContainerProcessInfo>(first => first.Pid == pid && first.InnerPid == 1 && first.Uid == 33);
        processes.Skip(1).Should().OnlyContain(child => child.ParentPid == pid && child.InnerPid > 1);
        processes.Skip(1).Select(static child => string.Join('|', child.Arguments))
            .Should().BeEquivalentTo("sh|-c|echo 1; kill -STOP $$", "sh|-c|echo 2; kill -STOP $$");
        processes[0].StartedAt.Should().BeCloseTo(DateTimeOffset.UtcNow, TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Processes_OfAContainerThatAnotherRuntimeStarted_AreListed()
    {
        await using IContainer container = await Runtime.Containers.RunAsync(Shell(Burner) with { Name = "there" }, Token);
        await using CoracleRuntime second = await CoracleRuntime.OpenAsync(Options(), Token);
        IContainer same = await second.Containers.GetAsync("there", Token);
        (await same.ListProcessesAsync(Token)).Should().ContainSingle().Which.InnerPid.Should().Be(1);
        (await same.GetStatisticsAsync(Token)).Pids.Current.Should().Be(1);
    }

    [Fact]
    public async Task Oom_OfAProcessWhileTheContainerGoesOn_IsToldAtOnce()
    {
        await using IAsyncEnumerator<RuntimeEvent> events =
            Runtime.WatchEventsAsync(new EventOptions { Actions = { "oom", "die" } }, Token).GetAsyncEnumerator(Token);
        // tail keeps what it reads, and there is no line end.
        await using IContainer container = await Runtime.Containers.RunAsync(
            Shell("(tail /dev/zero); sleep 600") with { Resources = new ResourceLimits { Memory = 16L << 20, MemorySwap = 16L << 20 } },
            Token);

        (await events.MoveNextAsync()).Should().BeTrue();
        events.Current.Action.Should().Be("oom");
        events.Current.Id.Should().Be(container.Id.ToString());
        (await container.InspectAsync(Token)).State.Should().Be(ContainerState.Running);
    }

    [Fact]
    public async Task Oom_OfTheFirstProcess_IsToldBeforeItsEnd()
    {
        await using IContainer container = await Runtime.Containers.RunAsync(
            new ContainerSpec(Busybox)
            {
                Command = ["tail", "/dev/zero"],
                Resources = new ResourceLimits { Memory = 16L << 20, MemorySwap = 16L << 20 },
            },
            Token);
        (await container.WaitAsync(Token)).ExitCode.Should().Be(137);
        (await container.InspectAsync(Token)).OomKilled.Should().BeTrue();
        await container.RemoveAsync(cancellationToken: Token);

        List<string> actions = [];
        await foreach (RuntimeEvent one in Runtime.WatchEventsAsync(new EventOptions { Until = DateTimeOffset.UtcNow }, Token))
            actions.Add(one.Action);
        actions.Should().ContainInConsecutiveOrder("start", "oom");
        actions[^3..].Should().Equal("oom", "die", "destroy");
    }

    private static TimeSpan CpuTimeOf(int pid)
    {
        string[] fields = File.ReadAllText($"/proc/{pid}/stat").Split(' ');
        long ticks = long.Parse(fields[13], CultureInfo.InvariantCulture) + long.Parse(fields[14], CultureInfo.InvariantCulture);
        return TimeSpan.FromMilliseconds(ticks * 10);
    }
}
