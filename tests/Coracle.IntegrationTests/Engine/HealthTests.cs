using Coracle.TestSupport;

namespace Coracle.IntegrationTests.Engine;

/// <summary>Health checks of running containers.</summary>
public sealed class HealthTests(FixtureRegistry registry) : EngineTest(registry)
{
    private static readonly TimeSpan Often = TimeSpan.FromMilliseconds(50);

    private ContainerSpec Server => Shell("mkdir /www; echo welcome > /www/index.html; exec httpd -f -p 8080 -h /www");

    [Fact]
    public async Task Tcp_OfAServerThatIsStopped_GoesFromHealthyToUnhealthy()
    {
        await using IAsyncEnumerator<RuntimeEvent> events =
            Runtime.WatchEventsAsync(new EventOptions { Actions = { "health_status" } }, Token).GetAsyncEnumerator(Token);
        ContainerSpec spec = Shell("httpd -f -p 8080 -h / & read x; kill $!; exec sleep 600") with
        {
            OpenStandardInput = true,
            HealthCheck = new HealthCheck(HealthProbe.Tcp(8080))
            {
                Interval = Often,
                Retries = 2,
                StartPeriod = TimeSpan.FromMinutes(1),
                StartInterval = Often,
            },
        };
        await using IContainer container = await Runtime.Containers.RunAsync(spec, Token);
        (await container.InspectAsync(Token)).Health!.Status.Should().BeOneOf(HealthStatus.Starting, HealthStatus.Healthy);

        (await events.MoveNextAsync()).Should().BeTrue();
        events.Current.Action.Should().Be("health_status: healthy");
        container.StandardInput.Close();
        (await events.MoveNextAsync()).Should().BeTrue();
        events.Current.Action.Should().Be("health_status: unhealthy");

        ContainerHealth health = (await container.InspectAsync(Token)).Health!;
        health.Status.Should().Be(HealthStatus.Unhealthy);
        health.FailingStreak.Should().BeGreaterThanOrEqualTo(2);
        health.Log[^1].Output.Should().Contain("port 8080").And.Contain("refused");
    }

    [Fact]
    public async Task Http_NeedsTheStatus_AndIsSeenByAnotherRuntime()
    {
        ContainerSpec spec = Server with
        {
            Name = "web",
            HealthCheck = new HealthCheck(HealthProbe.Http(8080)),
            ReadyWhen = ReadyWhen.Healthy,
        };
        await using IContainer container = await Runtime.Containers.RunAsync(spec, Token);
        ContainerHealth health = (await container.InspectAsync(Token)).Health!;
        health.Status.Should().Be(HealthStatus.Healthy);
        health.Log[^1].Output.Should().Contain("HTTP status 200").And.Contain("welcome");

        await using CoracleRuntime second = await CoracleRuntime.OpenAsync(Options(), Token);
        IContainer same = await second.Containers.GetAsync("web", Token);
        (await same.InspectAsync(Token)).Health!.Status.Should().Be(HealthStatus.Healthy);
    }

    [Fact]
    public async Task Command_ThatWritesAndHangs_IsKilledAndLogged()
    {
        ContainerSpec spec = Shell("sleep 600") with
        {
            HealthCheck = new HealthCheck(HealthProbe.Shell("echo looking; [ -e /slow ] && sleep 601; exit 0"))
            {
                Interval = Often,
                Timeout = TimeSpan.FromMilliseconds(500),
                Retries = 1,
            },
        };
        await using IAsyncEnumerator<RuntimeEvent> events =
            Runtime.WatchEventsAsync(new EventOptions { Actions = { "health_status" } }, Token).GetAsyncEnumerator(Token);
        await using IContainer container = await Runtime.Containers.RunAsync(spec, Token);
        (await events.MoveNextAsync()).Should().BeTrue();
        events.Current.Action.Should().Be("health_status: healthy");
        (await container.InspectAsync(Token)).Health!.Log[^1].Output.Should().Be("looking\n");

        (await container.ExecToEndAsync(new ExecSpec("touch", "/slow"), cancellationToken: Token)).Status.IsSuccess.Should().BeTrue();
        (await events.MoveNextAsync()).Should().BeTrue();
        events.Current.Action.Should().Be("health_status: unhealthy");
        HealthCheckResult last = (await container.InspectAsync(Token)).Health!.Log[^1];
        last.ExitCode.Should().Be(-1);
        last.Output.Should().Contain("exceeded timeout");
    }

    [Fact]
    public async Task None_IsNoHealthCheck()
    {
        await using IContainer container = await Runtime.Containers.RunAsync(Server with { HealthCheck = HealthCheck.None }, Token);
        (await container.InspectAsync(Token)).Health.Should().BeNull();
        await FluentActions.Awaiting(() => container.WaitUntilReadyAsync(ReadyWhen.Healthy, cancellationToken: Token))
            .Should().ThrowAsync<ContainerRuntimeException>().Where(e => e.Kind == RuntimeErrorKind.InvalidInput);
    }
}
