using Coracle.TestSupport;

namespace Coracle.IntegrationTests.Engine;

[Collection(HostTracesDefinition.Name)]
public sealed class RestartTests(FixtureRegistry registry) : EngineTest(registry)
{
    private readonly ManualTime _time = new();

    private static TimeSpan Milliseconds(int count) => TimeSpan.FromMilliseconds(count);

    protected override CoracleRuntimeOptions Options() => new() { DataRoot = DataRoot, TimeProvider = _time };

    private ContainerSpec Failing => Shell("echo run; exit 3") with { RestartPolicy = RestartPolicy.Always };

    [Fact]
    public async Task Always_StartsAgain_LaterEachTime()
    {
        await using IContainer container = await Runtime.Containers.RunAsync(Failing, Token);
        foreach (int delay in (int[])[100, 200, 400])
        {
            await _time.WaitForTimerAsync(Milliseconds(delay), Token);
            ContainerInfo info = await container.InspectAsync(Token);
            info.State.Should().Be(ContainerState.Restarting);
            info.ExitStatus.Should().Be(ExitStatus.FromCode(3));
            info.Pid.Should().BeNull();
            _time.Advance(Milliseconds(delay));
        }
        await _time.WaitForTimerAsync(Milliseconds(800), Token);
        (await container.InspectAsync(Token)).RestartCount.Should().Be(4);
        (await container.StopAsync(cancellationToken: Token)).Should().Be(ExitStatus.FromCode(3));
        (await container.InspectAsync(Token)).State.Should().Be(ContainerState.Exited);
        (await container.ReadToEndAsync(OutputStream.StandardOutput, Token)).Should().Be("run\nrun\nrun\nrun\n");
        (await ActionsAsync(container.Id)).Should().Equal(
            "create", "start", "die", "start", "die", "start", "die", "start", "die", "stop");
    }

    [Fact]
    public async Task OnFailure_GivesUpAfterItsNumber()
    {
        await using IContainer container = await Runtime.Containers.CreateAsync(
            Failing with { RestartPolicy = RestartPolicy.OnFailure(2) }, Token);
        await container.StartAsync(Token);
        foreach (int delay in (int[])[100, 200])
        {
            await _time.WaitForTimerAsync(Milliseconds(delay), Token);
            Task<ExitStatus> next = container.WaitAsync(WaitCondition.NextExit, Token);
            _time.Advance(Milliseconds(delay));
            (await next).Should().Be(ExitStatus.FromCode(3));
        }
        (await container.WaitAsync(Token)).Should().Be(ExitStatus.FromCode(3));
        ContainerInfo info = await container.InspectAsync(Token);
        info.State.Should().Be(ContainerState.Exited);
        info.RestartCount.Should().Be(2);
    }

    [Fact]
    public async Task OnFailure_AfterSuccess_StaysEnded()
    {
        await using IContainer container = await Runtime.Containers.RunAsync(
            Shell("exit 0") with { RestartPolicy = RestartPolicy.OnFailure() }, Token);
        await container.WaitAsync(Token);
        (await container.InspectAsync(Token)).State.Should().Be(ContainerState.Exited);
    }

    [Theory]
    [InlineData("stop")]
    [InlineData("kill")]
    public async Task EndedByTheUser_StaysEnded(string way)
    {
        await using IContainer container = await Runtime.Containers.RunAsync(
            Sleeping with { RestartPolicy = RestartPolicy.Always, StopSignal = Signal.Kill }, Token);
        if (way == "stop")
            await container.StopAsync(cancellationToken: Token);
        else
            await container.KillAsync(Signal.Kill, Token);
        await container.WaitAsync(Token);
        (await container.InspectAsync(Token)).State.Should().Be(ContainerState.Exited);
    }

    [Fact]
    public async Task KilledByItself_StartsAgain()
    {
        await using IContainer container = await Runtime.Containers.RunAsync(
            Shell("kill -9 $$") with { Init = true, RestartPolicy = RestartPolicy.OnFailure() }, Token);
        await _time.WaitForTimerAsync(Milliseconds(100), Token);
        (await container.InspectAsync(Token)).ExitStatus!.Value.ExitCode.Should().Be(137);
    }

    [Fact]
    public async Task Restarting_IsSaidInDockersWords()
    {
        await using IContainer container = await Runtime.Containers.RunAsync(Failing, Token);
        await _time.WaitForTimerAsync(Milliseconds(100), Token);
        await ShouldConflictAsync(() => container.PauseAsync(Token), "is restarting, wait until the container is running");
        await ShouldConflictAsync(
            () => container.RemoveAsync(cancellationToken: Token), "container is restarting: stop the container before removing or force remove");
        (await Runtime.Containers.ListAsync(cancellationToken: Token)).Should().ContainSingle("it counts as running");
    }

    [Fact]
    public async Task Kill_WhileItWaits_EndsThat()
    {
        await using IContainer container = await Runtime.Containers.RunAsync(Failing, Token);
        await _time.WaitForTimerAsync(Milliseconds(100), Token);
        await container.KillAsync(Signal.Kill, Token);
        (await container.InspectAsync(Token)).State.Should().Be(ContainerState.Exited);
    }

    [Theory]
    [InlineData("remove")]
    [InlineData("dispose")]
    [InlineData("close")]
    public async Task Removed_WhileItWaits_LeavesNothing(string way)
    {
        HostTraces before = HostTraces.Take();
        IContainer container = await Runtime.Containers.RunAsync(Failing, Token);
        await _time.WaitForTimerAsync(Milliseconds(100), Token);
        Task<ExitStatus> waiting = container.WaitAsync(Token);
        if (way == "remove")
            await container.RemoveAsync(force: true, Token);
        else if (way == "dispose")
            await container.DisposeAsync();
        else
            await CloseAsync();
        _time.Advance(TimeSpan.FromMinutes(1));
        (await waiting).Should().Be(ExitStatus.FromCode(3), "it does not run, and will not");
        Directory.EnumerateFileSystemEntries(Path.Combine(DataRoot, "containers")).Should().BeEmpty();
        Directory.EnumerateFileSystemEntries(Path.Combine(DataRoot, "run", "locks"), "container-*").Should().BeEmpty();
        HostTraces.Take().Cgroups.Should().Be(before.Cgroups);
    }

    [Fact]
    public async Task Start_WhileItWaits_StartsAtOnceAndCountsAnew()
    {
        await using IContainer container = await Runtime.Containers.RunAsync(Failing, Token);
        await _time.WaitForTimerAsync(Milliseconds(100), Token);
        _time.Advance(Milliseconds(100));
        await _time.WaitForTimerAsync(Milliseconds(200), Token);
        await container.StartAsync(Token);
        await _time.WaitForTimerAsync(Milliseconds(100), Token);
        (await container.InspectAsync(Token)).RestartCount.Should().Be(1);
    }

    [Fact]
    public async Task StopAndRestartAtOnce_AlwaysEndsStopped()
    {
        for (int i = 0; i < 15; i++)
        {
            await using IContainer container = await Runtime.Containers.RunAsync(Failing, Token);
            await _time.WaitForTimerAsync(Milliseconds(100), Token);
            Task advance = Task.Run(() => _time.Advance(Milliseconds(100)), Token);
            await container.StopAsync(TimeSpan.Zero, Token);
            await advance;
            (await container.InspectAsync(Token)).State.Should().Be(ContainerState.Exited);
            (await ActionsAsync(container.Id))[^1].Should().Be("stop");
        }
    }

    [Fact]
    public async Task Wait_WhileItWaits_IsForTheNextEnd()
    {
        await using IContainer container = await Runtime.Containers.RunAsync(Failing, Token);
        await _time.WaitForTimerAsync(Milliseconds(100), Token);
        Task<ExitStatus> waiting = container.WaitAsync(WaitCondition.NotRunning, Token);
        waiting.IsCompleted.Should().BeFalse();
        _time.Advance(Milliseconds(100));
        (await waiting).Should().Be(ExitStatus.FromCode(3));
    }

    [Fact]
    public async Task RestartByTheUser_StopsAndStarts()
    {
        await using IContainer container = await Runtime.Containers.RunAsync(Sleeping with { Init = true }, Token);
        int first = (await container.InspectAsync(Token)).Pid!.Value;
        await container.RestartAsync(Timeout.InfiniteTimeSpan, Token);
        ContainerInfo info = await container.InspectAsync(Token);
        info.State.Should().Be(ContainerState.Running);
        info.Pid.Should().NotBe(first);
        info.RestartCount.Should().Be(0);
        (await ActionsAsync(container.Id)).Should().Equal("create", "start", "kill", "die", "stop", "start", "restart");
    }

    [Fact]
    public async Task RestartByTheUser_OfAPausedOrEndedOne_Works()
    {
        await using IContainer container = await Runtime.Containers.RunAsync(Sleeping with { Init = true }, Token);
        await container.PauseAsync(Token);
        await container.RestartAsync(Timeout.InfiniteTimeSpan, Token);
        (await container.InspectAsync(Token)).State.Should().Be(ContainerState.Running);
        await container.StopAsync(Timeout.InfiniteTimeSpan, Token);
        await container.RestartAsync(cancellationToken: Token);
        (await container.InspectAsync(Token)).State.Should().Be(ContainerState.Running);
    }

    [Fact]
    public async Task RestartByTwoHandles_BothHappen()
    {
        await using IContainer one = await Runtime.Containers.RunAsync(Sleeping with { Init = true, Name = "both" }, Token);
        await using IContainer other = await Runtime.Containers.GetAsync("both", Token);
        await Task.WhenAll(one.RestartAsync(Timeout.InfiniteTimeSpan, Token), other.RestartAsync(Timeout.InfiniteTimeSpan, Token));
        (await ActionsAsync(one.Id)).Count(static action => action == "restart").Should().Be(2);
        (await one.InspectAsync(Token)).State.Should().Be(ContainerState.Running);
    }

    [Fact]
    public async Task RestartByTheUser_OfOneThatRemovesItself_KeepsIt()
    {
        await using IContainer container = await Runtime.Containers.RunAsync(Sleeping with { Init = true, AutoRemove = true }, Token);
        await container.RestartAsync(Timeout.InfiniteTimeSpan, Token);
        (await container.InspectAsync(Token)).State.Should().Be(ContainerState.Running);
        Task<ExitStatus> removed = container.WaitAsync(WaitCondition.Removed, Token);
        await container.StopAsync(Timeout.InfiniteTimeSpan, Token);
        (await removed).ExitCode.Should().Be(143);
        (await ListAllAsync()).Should().BeEmpty();
    }
}
