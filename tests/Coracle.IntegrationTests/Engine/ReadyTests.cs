using Coracle.TestSupport;

namespace Coracle.IntegrationTests.Engine;

/// <summary>Waiting until a container is ready.</summary>
public sealed class ReadyTests(FixtureRegistry registry) : EngineTest(registry)
{
    private ContainerSpec Server => Shell("mkdir /www; echo welcome > /www/index.html; exec httpd -f -p 8080 -h /www");

    [Fact]
    public async Task LogLine_WrittenTwice_IsWaitedForTwice()
    {
        await using IContainer container = await Runtime.Containers.RunAsync(
            Shell("echo ready >&2; read x; echo ready >&2; sleep 600") with { OpenStandardInput = true }, Token);
        await container.WaitUntilReadyAsync(ReadyWhen.LogLine("ready", OutputStream.StandardError), cancellationToken: Token);
        Task twice = container.WaitUntilReadyAsync(ReadyWhen.LogLine("ready", count: 2), cancellationToken: Token);
        await FluentActions.Awaiting(() => container.WaitUntilReadyAsync(
                ReadyWhen.LogLine("ready", OutputStream.StandardOutput), TimeSpan.FromMilliseconds(100), Token))
            .Should().ThrowAsync<ContainerNotReadyException>();
        twice.IsCompleted.Should().BeFalse();
        container.StandardInput.Close();
        await twice;
    }

    [Fact]
    public async Task LogLine_OfAnEarlierRun_IsNone()
    {
        await using IContainer container = await Runtime.Containers.CreateAsync(
            Shell("[ -e /mark ] && exec sleep 600; touch /mark; echo ready"), Token);
        await container.StartAsync(Token);
        await container.WaitAsync(Token);
        await container.StartAsync(Token);
        await FluentActions.Awaiting(() => container.WaitUntilReadyAsync(
                ReadyWhen.LogLine("ready"), TimeSpan.FromMilliseconds(200), Token))
            .Should().ThrowAsync<ContainerNotReadyException>().WithMessage("*a log line*'ready'*has written nothing*");
    }

    [Fact]
    public async Task Container_ThatEnds_FailsTheWaitWithItsLastLines()
    {
        ContainerSpec spec = Shell("for i in $(seq 30); do echo line $i; done; echo no disk >&2; exit 3") with
        {
            ReadyWhen = ReadyWhen.AllOf(ReadyWhen.PortListening(8080), ReadyWhen.LogLine("line 1")),
        };
        ContainerExitedException failure = (await FluentActions.Awaiting(() => Runtime.Containers.RunAsync(spec, Token))
            .Should().ThrowAsync<ContainerExitedException>()).Which;
        failure.ExitStatus.ExitCode.Should().Be(3);
        failure.OomKilled.Should().BeFalse();
        failure.LastLines.Should().HaveCount(20);
        failure.Message.Should().Contain("exit code 3").And.Contain("port 8080").And.Contain("no disk").And.NotContain("line 1\n");
        (await Runtime.Containers.ListAsync(new ContainerListOptions { All = true }, Token)).Should().BeEmpty();
    }

    [Fact]
    public async Task PortAndPage_OfAServer_AreSeenFromInsideItsNetwork()
    {
        await using IContainer container = await Runtime.Containers.RunAsync(
            Server with { ReadyWhen = ReadyWhen.AllOf(ReadyWhen.PortListening(8080), ReadyWhen.Http(8080)) }, Token);
        await container.WaitUntilReadyAsync(
            ReadyWhen.AnyOf(ReadyWhen.PortListening(9), ReadyWhen.Http(8080, "/index.html")), cancellationToken: Token);
        ContainerNotReadyException late = (await FluentActions.Awaiting(() => container.WaitUntilReadyAsync(
                ReadyWhen.Http(8080, "/missing"), TimeSpan.FromMilliseconds(200), Token))
            .Should().ThrowAsync<ContainerNotReadyException>()).Which;
        late.Message.Should().Contain("/missing");
        (await container.InspectAsync(Token)).State.Should().Be(ContainerState.Running);
    }

    [Fact]
    public async Task Command_IsRunUntilItSucceeds()
    {
        await using IContainer container = await Runtime.Containers.RunAsync(
            Shell("read x; touch /ready; sleep 600") with { OpenStandardInput = true }, Token);
        Task ready = container.WaitUntilReadyAsync(ReadyWhen.Command(new ExecSpec("test", "-e", "/ready")), cancellationToken: Token);
        await FluentActions.Awaiting(() => container.WaitUntilReadyAsync(
                ReadyWhen.Command(new ExecSpec("test", "-e", "/never")), TimeSpan.FromMilliseconds(300), Token))
            .Should().ThrowAsync<ContainerNotReadyException>().WithMessage("*'test -e /never'*");
        ready.IsCompleted.Should().BeFalse();
        container.StandardInput.Close();
        await ready;
    }

    [Fact]
    public async Task Port_OnTheHostsNetwork_IsTheContainersOwn()
    {
        using System.Net.Sockets.TcpListener other = new(System.Net.IPAddress.Loopback, 0);
        other.Start();
        int port = ((System.Net.IPEndPoint)other.LocalEndpoint).Port;
        await using IContainer container = await Runtime.Containers.RunAsync(Shell("sleep 600") with { Network = NetworkMode.Host }, Token);
        await FluentActions.Awaiting(() => container.WaitUntilReadyAsync(
                ReadyWhen.PortListening(port), TimeSpan.FromMilliseconds(200), Token))
            .Should().ThrowAsync<ContainerNotReadyException>("another program listens there");
    }

    [Fact]
    public async Task Wait_Cancelled_LeavesTheContainerRunning()
    {
        await using IContainer container = await Runtime.Containers.RunAsync(Shell("sleep 600"), Token);
        using CancellationTokenSource cancel = new(100);
        await FluentActions.Awaiting(() => container.WaitUntilReadyAsync(ReadyWhen.LogLine("never"), cancellationToken: cancel.Token))
            .Should().ThrowAsync<OperationCanceledException>();
        (await container.InspectAsync(Token)).State.Should().Be(ContainerState.Running);
    }

    [Fact]
    public async Task Postgres_ReadyTwice_AndItsPort()
    {
        string postgres = await Registry.GetImageAsync("postgres:15");
        await using IContainer container = await Runtime.Containers.RunAsync(
            new ContainerSpec(postgres)
            {
                Environment = new Dictionary<string, string> { ["POSTGRES_PASSWORD"] = "secret" },
                ReadyWhen = ReadyWhen.AllOf(
                    ReadyWhen.PortListening(5432), ReadyWhen.LogLine("database system is ready to accept connections", count: 2)),
            },
            Token);
        (await container.ListProcessesAsync(Token)).Should().Contain(process => process.Name == "postgres");
    }

    [Fact]
    public async Task Redis_Port_IsListenedOn()
    {
        string redis = await Registry.GetImageAsync("redis");
        await using IContainer container = await Runtime.Containers.RunAsync(
            new ContainerSpec(redis) { ReadyWhen = ReadyWhen.PortListening(6379) }, Token);
        (await container.GetStatisticsAsync(Token)).Pids.Current.Should().BePositive();
    }
}
