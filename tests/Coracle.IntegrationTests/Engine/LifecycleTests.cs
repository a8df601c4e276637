using Coracle.Isolation.Spec;
using Coracle.TestSupport;

namespace Coracle.IntegrationTests.Engine;

public sealed class LifecycleTests(FixtureRegistry registry) : EngineTest(registry)
{
    private static readonly ContainerListOptions All = new() { All = true };

    private ContainerSpec Sleeper => new(Busybox) { Command = ["sleep", "600"] };

    [Fact]
    public async Task Container_FromCreationToRemoval_GoesThroughItsStates()
    {
        await using IContainer container = await Runtime.Containers.CreateAsync(
            Shell("exit 4") with { Name = "one", Labels = new Dictionary<string, string> { ["a"] = "b" } }, Token);
        ContainerInfo created = await container.InspectAsync(Token);
        created.State.Should().Be(ContainerState.Created);
        created.Name.Should().Be("one");
        created.Arguments.Should().Equal("sh", "-c", "exit 4");
        created.Labels.Should().Contain("a", "b");

        await container.StartAsync(Token);
        (await container.WaitAsync(Token)).ExitCode.Should().Be(4);
        ContainerInfo exited = await container.InspectAsync(Token);
        exited.State.Should().Be(ContainerState.Exited);
        exited.ExitStatus!.Value.ExitCode.Should().Be(4);
        exited.FinishedAt.Should().BeOnOrAfter(exited.StartedAt!.Value);
        container.Exited.IsCancellationRequested.Should().BeTrue();

        await container.RemoveAsync(cancellationToken: Token);
        (await Runtime.Containers.ListAsync(All, Token)).Should().BeEmpty();
        await FluentActions.Awaiting(() => container.InspectAsync(Token))
            .Should().ThrowAsync<ContainerRuntimeException>().Where(e => e.Kind == RuntimeErrorKind.NotFound);
    }

    [Fact]
    public async Task Start_Again_KeepsFilesAndLog()
    {
        await using IContainer container = await Runtime.Containers.CreateAsync(Shell("cat /mark; echo run >> /mark; cat /mark"), Token);
        await container.StartAsync(Token);
        await container.WaitAsync(Token);
        await container.StartAsync(Token);
        await container.WaitAsync(Token);
        (await container.ReadToEndAsync(OutputStream.StandardOutput, Token)).Should().Be("run\nrun\nrun\nrun\n");
    }

    [Fact]
    public async Task Stop_ProgramThatIgnoresTheSignal_IsKilledAfterTheTime()
    {
        await using IContainer container = await Runtime.Containers.RunAsync(Shell("trap '' TERM; while :; do sleep 1; done"), Token);
        (await container.StopAsync(TimeSpan.FromMilliseconds(200), Token)).Signal.Should().Be(Signal.Kill);
    }

    [Fact]
    public async Task Stop_ProgramWithAHandler_EndsByItself()
    {
        await using IContainer container = await Runtime.Containers.RunAsync(
            Shell("trap 'exit 9' USR1; echo ready; while :; do sleep 0.1; done") with { StopSignal = Signal.Usr1 }, Token);
        await foreach (OutputLine line in container.ReadLinesAsync(cancellationToken: Token))
        {
            line.Content.Should().Be("ready");
            break;
        }
        (await container.StopAsync(cancellationToken: Token)).Should().Be(ExitStatus.FromCode(9));
    }

    [Fact]
    public async Task Kill_RunningContainer_EndsItAndTellsWhoWaits()
    {
        await using IContainer container = await Runtime.Containers.RunAsync(Sleeper, Token);
        Task<ExitStatus> waiting = container.WaitAsync(Token);
        await container.KillAsync(Signal.Kill, Token);
        (await waiting).Should().Be(ExitStatus.FromSignal(Signal.Kill));
        await FluentActions.Awaiting(() => container.KillAsync(Signal.Kill, Token))
            .Should().ThrowAsync<ContainerRuntimeException>().Where(e => e.Kind == RuntimeErrorKind.Conflict);
    }

    [Fact]
    public async Task Wait_Cancelled_LeavesTheContainerRunning()
    {
        await using IContainer container = await Runtime.Containers.RunAsync(Sleeper, Token);
        using CancellationTokenSource cancel = new(50);
        await FluentActions.Awaiting(() => container.WaitAsync(cancel.Token)).Should().ThrowAsync<OperationCanceledException>();
        (await container.InspectAsync(Token)).State.Should().Be(ContainerState.Running);
    }

    [Fact]
    public async Task Remove_RunningWithoutForce_IsRefused()
    {
        await using IContainer container = await Runtime.Containers.RunAsync(Sleeper, Token);
        await FluentActions.Awaiting(() => container.RemoveAsync(cancellationToken: Token))
            .Should().ThrowAsync<ContainerRuntimeException>().Where(e => e.Kind == RuntimeErrorKind.Conflict);
        await container.RemoveAsync(force: true, Token);
        (await Runtime.Containers.ListAsync(All, Token)).Should().BeEmpty();
    }

    [Fact]
    public async Task Name_InUse_IsAConflictUntilItIsFree()
    {
        await using (IContainer first = await Runtime.Containers.CreateAsync(Sleeper with { Name = "same" }, Token))
        {
            await FluentActions.Awaiting(() => Runtime.Containers.CreateAsync(Sleeper with { Name = "same" }, Token))
                .Should().ThrowAsync<ContainerRuntimeException>().WithMessage("*The container name \"same\" is already in use*");
        }
        await using IContainer second = await Runtime.Containers.CreateAsync(Sleeper with { Name = "same" }, Token);
        second.Name.Should().Be("same");
    }

    [Fact]
    public async Task Get_ByNamePrefixOrId_FindsTheContainer()
    {
        await using IContainer container = await Runtime.Containers.RunAsync(Sleeper with { Name = "found" }, Token);
        foreach (string key in (string[])["found", container.Id.ToString(), container.Id.Short])
        {
            await using IContainer same = await Runtime.Containers.GetAsync(key, Token);
            same.Id.Should().Be(container.Id);
        }
        (await container.InspectAsync(Token)).State.Should().Be(ContainerState.Running, "a found handle does not own the container");
        await FluentActions.Awaiting(() => Runtime.Containers.GetAsync("other", Token))
            .Should().ThrowAsync<ContainerRuntimeException>().Where(e => e.Kind == RuntimeErrorKind.NotFound);
    }

    [Fact]
    public async Task Kept_Container_IsThereForTheNextRuntime()
    {
        IContainer kept = await Runtime.Containers.RunAsync(Shell("echo said; exit 5") with { KeepAfterDispose = true, Name = "kept" }, Token);
        await kept.WaitAsync(Token);
        await kept.DisposeAsync();
        await CloseAsync();

        byte[] config = await File.ReadAllBytesAsync(Path.Combine(DataRoot, "containers", kept.Id.ToString(), "config.json"), Token);
        RuntimeSpecJson.Read(config).Process!.Args.Should().Equal("sh", "-c", "echo said; exit 5");
        await OpenAsync();
        IContainer again = await Runtime.Containers.GetAsync("kept", Token);
        (await again.InspectAsync(Token)).ExitStatus!.Value.ExitCode.Should().Be(5);
        (await again.ReadToEndAsync(OutputStream.StandardOutput, Token)).Should().Be("said\n");
        await again.StartAsync(Token);
        (await again.WaitAsync(Token)).ExitCode.Should().Be(5);
        await again.RemoveAsync(cancellationToken: Token);
    }

    [Fact]
    public async Task Close_WithContainersRunning_EndsThem()
    {
        IContainer container = await Runtime.Containers.RunAsync(Sleeper, Token);
        int pid = (await container.InspectAsync(Token)).Pid!.Value;
        Directory.Exists($"/proc/{pid}").Should().BeTrue();
        await CloseAsync();
        Directory.Exists($"/proc/{pid}").Should().BeFalse();
        Directory.EnumerateFileSystemEntries(Path.Combine(DataRoot, "containers")).Should().BeEmpty();
    }

    [Fact]
    public async Task Events_OfARun_ComeInDockersOrder()
    {
        await RunAsync(Shell("true"));
        IAsyncEnumerable<RuntimeEvent> events = Runtime.WatchEventsAsync(cancellationToken: Token);
        await using (IContainer container = await Runtime.Containers.RunAsync(Sleeper, Token))
            await container.StopAsync(TimeSpan.Zero, Token);
        await CloseAsync();
        List<string> actions = [];
        await foreach (RuntimeEvent one in events)
            actions.Add(one.Action);
        actions.Should().Equal("create", "start", "kill", "kill", "die", "stop", "destroy");
    }

    [Fact]
    public async Task Image_InUse_CantBeRemoved()
    {
        await using (IContainer container = await Runtime.Containers.CreateAsync(Sleeper, Token))
        {
            await FluentActions.Awaiting(() => Runtime.Images.RemoveAsync(Busybox, Token))
                .Should().ThrowAsync<ContainerRuntimeException>().Where(e => e.Kind == RuntimeErrorKind.Conflict);
        }
        await Runtime.Images.RemoveAsync(Busybox, Token);
        (await Runtime.Images.ListAsync(Token)).Should().BeEmpty();
        Directory.EnumerateFiles(Path.Combine(DataRoot, "content", "blobs", "sha256")).Should().BeEmpty();
    }
}
