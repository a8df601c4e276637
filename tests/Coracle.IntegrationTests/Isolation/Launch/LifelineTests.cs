using System.Diagnostics;
using Coracle.Isolation.Launch;
using Coracle.TestSupport;

namespace Coracle.IntegrationTests.Isolation.Launch;

/// <summary>Containers die with the process that started them, however it ends.</summary>
public sealed class LifelineTests(LaunchFixture fixture) : IClassFixture<LaunchFixture>
{
    private const string PidsVariable = "CORACLE_TEST_PIDS";

    [Fact]
    public async Task Host_KilledHard_TakesItsContainersWithIt()
    {
        using TempDirectory work = new();
        string pids = work["pids"];
        ProcessStartInfo start = new(Environment.ProcessPath!, ["-explicit", "only", "-method", $"*{nameof(Host_ThatIsKilled)}"])
        {
            Environment = { [PidsVariable] = pids }, RedirectStandardOutput = true,
        };
        using Process host = Process.Start(start)!;
        Task<string> output = host.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await Eventually(() => File.Exists(pids) || host.HasExited);
        File.Exists(pids).Should().BeTrue(host.HasExited ? await output : "");
        int[] containers = [.. File.ReadAllLines(pids).Select(int.Parse)];
        containers[..3].Should().AllSatisfy(static pid => Directory.Exists($"/proc/{pid}").Should().BeTrue());

        host.Kill();

        await host.WaitForExitAsync(TestContext.Current.CancellationToken);
        await Eventually(() => !containers.Any(static pid => Directory.Exists($"/proc/{pid}")));
    }

    [Fact(Explicit = true)]
    public async Task Host_ThatIsKilled()
    {
        string pids = Environment.GetEnvironmentVariable(PidsVariable)!;
        using ContainerProcess plain = await fixture.StartAsync(fixture.Request("/bin/sleep", "1000"));
        // What most images' entry points do: setuid(2) takes a parent-death signal back.
        using ContainerProcess dropped = await fixture.StartAsync(fixture.Shell("exec su user -c 'exec sleep 1000'"));
        await Eventually(() => File.ReadAllText($"/proc/{dropped.Pid}/cmdline").StartsWith("sleep", StringComparison.Ordinal));
        using ContainerProcess last = await fixture.StartAsync(fixture.Request("/bin/sleep", "1000"));
        int spare = await Waiting.FindAsync();
        await File.WriteAllLinesAsync(
            pids + ".new", [$"{plain.Pid}", $"{dropped.Pid}", $"{last.Pid}", $"{spare}"], TestContext.Current.CancellationToken);
        File.Move(pids + ".new", pids);

        await Task.Delay(Timeout.Infinite, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Launcher_Disposed_EndsItsContainers()
    {
        Launcher launcher = new(Microsoft.Extensions.Logging.Abstractions.NullLogger<Launcher>.Instance, TimeProvider.System);
        using ContainerProcess process = await launcher.StartAsync(
            fixture.Request("/bin/sleep", "1000"), TestContext.Current.CancellationToken);

        await launcher.DisposeAsync();

        (await process.Exited.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken))
            .Should().Be(ExitStatus.FromSignal(Signal.Kill));
        Func<Task> start = () => launcher.StartAsync(fixture.Request("/bin/true"), TestContext.Current.CancellationToken);
        await start.Should().ThrowAsync<ObjectDisposedException>();
    }

    [Fact]
    public async Task Container_WithoutLifeline_OutlivesTheLauncher()
    {
        Launcher launcher = new(Microsoft.Extensions.Logging.Abstractions.NullLogger<Launcher>.Instance, TimeProvider.System);
        using ContainerProcess process = await launcher.StartAsync(
            fixture.Request("/bin/sleep", "1000") with { DieWithParent = false }, TestContext.Current.CancellationToken);

        await launcher.DisposeAsync();

        process.Signal(Signal.Kill).Should().BeTrue("it still runs");
        await process.Exited;
    }

    private static async Task Eventually(Func<bool> condition)
    {
        for (int i = 0; i < 300 && !condition(); i++)
            await Task.Delay(100, TestContext.Current.CancellationToken);
        condition().Should().BeTrue("within half a minute");
    }
}
