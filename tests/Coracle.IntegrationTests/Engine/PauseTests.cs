using Coracle.TestSupport;

namespace Coracle.IntegrationTests.Engine;

[Collection(HostTracesDefinition.Name)]
public sealed class PauseTests(FixtureRegistry registry) : EngineTest(registry)
{
    private ContainerSpec Echo => Shell("while read line; do echo \"got $line\"; done") with { OpenStandardInput = true };

    [Fact]
    public async Task Paused_ContainerStandsStill_AndGoesOn()
    {
        await using IContainer container = await Runtime.Containers.RunAsync(Shell("echo up; while :; do :; done"), Token);
        await WaitForOutputAsync(container, "up");
        await container.PauseAsync(Token);
        int pid = (await container.InspectAsync(Token)).Pid!.Value;

        string before = UserTime(pid);
        await RunAsync(Shell("true")); // as much time as that takes
        UserTime(pid).Should().Be(before);
        (await container.InspectAsync(Token)).State.Should().Be(ContainerState.Paused);
        (await Runtime.Containers.ListAsync(cancellationToken: Token)).Should().ContainSingle("a paused container counts as running");

        await container.UnpauseAsync(Token);
        (await container.InspectAsync(Token)).State.Should().Be(ContainerState.Running);
        while (UserTime(pid) == before)
            await RunAsync(Shell("true"));
    }

    [Fact]
    public async Task Paused_ProgramMissesNothing()
    {
        await using IContainer container = await Runtime.Containers.RunAsync(Echo, Token);
        await container.PauseAsync(Token);
        await container.StandardInput.WriteAsync("a\nb\n"u8.ToArray(), Token);
        await container.UnpauseAsync(Token);
        await container.StandardInput.DisposeAsync();
        (await container.ReadToEndAsync(OutputStream.StandardOutput, Token)).Should().Be("got a\ngot b\n");
    }

    [Fact]
    public async Task Conflicts_AreSaidInDockersWords()
    {
        await using IContainer container = await Runtime.Containers.CreateAsync(Sleeping, Token);
        string id = container.Id.ToString();
        await ShouldConflictAsync(() => container.PauseAsync(Token), $"container {id} is not running");
        await container.StartAsync(Token);
        await ShouldConflictAsync(() => container.UnpauseAsync(Token), $"Container {id} is not paused");
        await container.PauseAsync(Token);
        await ShouldConflictAsync(() => container.PauseAsync(Token), $"Container {id} is already paused");
        await ShouldConflictAsync(() => container.StartAsync(Token), "cannot start a paused container, try unpause instead");
        await ShouldConflictAsync(
            () => container.ExecAsync(new ExecSpec("true"), Token), $"Container {id} is paused, unpause the container before exec");
        await ShouldConflictAsync(() => container.RemoveAsync(cancellationToken: Token), "container is paused and must be unpaused first");
        await container.RemoveAsync(force: true, Token);
        (await ActionsAsync(container.Id)).Should().Equal("create", "start", "pause", "kill", "unpause", "die", "destroy");
    }

    [Fact]
    public async Task Kill_PausedContainer_EndsIt()
    {
        await using IContainer container = await Runtime.Containers.RunAsync(Sleeping, Token);
        await container.PauseAsync(Token);
        await container.KillAsync(Signal.Kill, Token);
        (await container.WaitAsync(Token)).Should().Be(ExitStatus.FromSignal(Signal.Kill));
        (await container.InspectAsync(Token)).State.Should().Be(ContainerState.Exited);
        await container.RemoveAsync(cancellationToken: Token);
        (await ActionsAsync(container.Id)).Should().Equal("create", "start", "pause", "kill", "unpause", "die", "destroy");
    }

    [Fact]
    public async Task Stop_PausedContainer_LetsItEndByItself()
    {
        await using IContainer container = await Runtime.Containers.RunAsync(
            Shell("trap 'exit 9' TERM; echo up; while :; do sleep 0.1; done"), Token);
        await WaitForOutputAsync(container, "up");
        await container.PauseAsync(Token);
        (await container.StopAsync(Timeout.InfiniteTimeSpan, Token)).Should().Be(ExitStatus.FromCode(9));
        (await ActionsAsync(container.Id)).Should().Equal("create", "start", "pause", "kill", "unpause", "die", "stop");
    }

    [Fact]
    public async Task OtherSignals_ArriveWhenItGoesOn()
    {
        await using IContainer container = await Runtime.Containers.RunAsync(
            Shell("trap 'exit 5' USR1; echo up; while :; do sleep 0.1; done"), Token);
        await WaitForOutputAsync(container, "up");
        await container.PauseAsync(Token);
        await container.KillAsync(Signal.Usr1, Token);
        (await container.InspectAsync(Token)).State.Should().Be(ContainerState.Paused);
        await container.UnpauseAsync(Token);
        (await container.WaitAsync(Token)).Should().Be(ExitStatus.FromCode(5));
    }

    [Fact]
    public async Task TwoHandles_SeeTheSame()
    {
        await using IContainer one = await Runtime.Containers.RunAsync(Sleeping with { Name = "both" }, Token);
        await using IContainer other = await Runtime.Containers.GetAsync("both", Token);
        await one.PauseAsync(Token);
        (await other.InspectAsync(Token)).State.Should().Be(ContainerState.Paused);
        await other.UnpauseAsync(Token);
        (await one.InspectAsync(Token)).State.Should().Be(ContainerState.Running);
    }

    [Fact]
    public async Task ProgramThatForksAllTheTime_IsPausedAgainAndAgain()
    {
        int cgroups = HostTraces.CountCgroups();
        await using (IContainer container = await Runtime.Containers.RunAsync(
            Shell("echo up; while :; do (true); (true) & done") with { Resources = new ResourceLimits { Pids = 200 } }, Token))
        {
            await WaitForOutputAsync(container, "up");
            for (int i = 0; i < 15; i++)
            {
                await container.PauseAsync(Token);
                await container.UnpauseAsync(Token);
            }
            await container.PauseAsync(Token); // disposal ends it as it is
        }
        HostTraces.CountCgroups().Should().Be(cgroups);
    }

    [Fact]
    public async Task PauseAndKillAtOnce_ItAlwaysEnds_AndLeavesNothing()
    {
        int cgroups = HostTraces.CountCgroups();
        for (int i = 0; i < 15; i++)
        {
            await using IContainer container = await Runtime.Containers.RunAsync(Sleeping, Token);
            Task pause = Task.Run(() => container.PauseAsync(Token), Token);
            Task kill = Task.Run(() => container.KillAsync(Signal.Kill, Token), Token);
            (await container.WaitAsync(Token)).Should().Be(ExitStatus.FromSignal(Signal.Kill));
            await kill;
            try
            {
                await pause;
            }
            catch (ContainerRuntimeException e)
            {
                e.Kind.Should().Be(RuntimeErrorKind.Conflict, "the kill was first");
            }
            await container.RemoveAsync(cancellationToken: Token);
        }
        HostTraces.CountCgroups().Should().Be(cgroups);
    }

    [Fact]
    public async Task Close_WithPausedContainer_LeavesNothing()
    {
        int cgroups = HostTraces.CountCgroups();
        IContainer container = await Runtime.Containers.RunAsync(Sleeping with { KeepAfterDispose = true, Name = "kept" }, Token);
        await container.PauseAsync(Token);
        await CloseAsync();
        HostTraces.CountCgroups().Should().Be(cgroups);

        await OpenAsync();
        IContainer again = await Runtime.Containers.GetAsync("kept", Token);
        (await again.InspectAsync(Token)).ExitStatus.Should().Be(ExitStatus.FromSignal(Signal.Kill));
        await again.RemoveAsync(cancellationToken: Token);
    }

    private static string UserTime(int pid) => File.ReadAllText($"/proc/{pid}/stat").Split(' ')[13];
}
