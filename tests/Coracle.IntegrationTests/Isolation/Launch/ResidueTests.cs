using System.Diagnostics;
using Coracle.Isolation.Launch;
using Coracle.TestSupport;

namespace Coracle.IntegrationTests.Isolation.Launch;

/// <summary>Nothing is left of a container: no process, descriptor or mount.</summary>
[Collection(AloneCollection.Name)]
public sealed class ResidueTests(LaunchFixture fixture) : IClassFixture<LaunchFixture>
{
    [Fact]
    public async Task Start_EightAtATimeBesideOtherChildren_MixesNothingUp()
    {
        await fixture.RunAsync(fixture.Request("/bin/true"));
        using Residue residue = new();
        using CancellationTokenSource stop = new();
        Task<int> others = Task.Run(() => RunOthersAsync(stop.Token));

        Task[] lanes = [.. Enumerable.Range(0, 8).Select(lane => Task.Run(async () =>
        {
            for (int i = 0; i < 12; i++)
            {
                int code = (lane * 12) + i;
                RunResult result = await fixture.ShellAsync($"echo {code}; exit {code}");
                result.Should().Be(new RunResult(ExitStatus.FromCode(code), $"{code}\n"));
            }
        }))];
        await Task.WhenAll(lanes);
        await stop.CancelAsync();

        (await others).Should().BePositive();
    }

    // .NET reaps its own children when a SIGCHLD arrives, and must not take ours; nor we its.
    private static async Task<int> RunOthersAsync(CancellationToken stop)
    {
        int count = 0;
        while (!stop.IsCancellationRequested)
        {
            using Process other = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "echo hi; exit 3"]) { RedirectStandardOutput = true })!;
            // Whoever has read from it closes it: Process leaves it to the garbage collector then.
            using StreamReader output = other.StandardOutput;
            (await output.ReadToEndAsync(CancellationToken.None)).Should().Be("hi\n");
            await other.WaitForExitAsync(CancellationToken.None);
            other.ExitCode.Should().Be(3);
            count++;
        }

        return count;
    }

    [Fact]
    public async Task Mounts_OfTheContainer_DoNotShowOnTheHost()
    {
        using TempDirectory host = new();
        string before = File.ReadAllText("/proc/self/mountinfo");

        await fixture.RunAsync(fixture.ShellWithMounts("true", LaunchFixture.Bind(host.CreateDirectory("data"), "/data")));

        File.ReadAllText("/proc/self/mountinfo").Should().Be(before);
    }

    [Fact]
    public async Task Start_Cancelled_ThrowsAndLeavesNothing()
    {
        await fixture.RunAsync(fixture.Request("/bin/true"));
        using Residue residue = new();
        for (int i = 0; i < 20; i++)
        {
            using CancellationTokenSource cancellation = new();
            Task<ContainerProcess> start = fixture.Launcher.StartAsync(fixture.Request("/bin/sleep", "1000"), cancellation.Token);
            cancellation.CancelAfter(TimeSpan.FromMilliseconds(i / 2.0));
            try
            {
                using ContainerProcess process = await start;
                process.Signal(Signal.Kill);
                await process.Exited;
            }
            catch (OperationCanceledException)
            {
                // the usual end here
            }
        }
    }

    [Fact]
    public async Task Start_Failing_LeavesNothing()
    {
        await fixture.RunAsync(fixture.Request("/bin/true"));
        using Residue residue = new();
        Task[] lanes = [.. Enumerable.Range(0, 4).Select(lane => Task.Run(async () =>
        {
            for (int i = 0; i < 15; i++)
                await StartAsync(lane + i);
        }))];

        await Task.WhenAll(lanes);
    }

    private async Task StartAsync(int number)
    {
        LaunchRequest request = (number % 3) switch
        {
            0 => fixture.Request("/bin/nope"),
            1 => fixture.ShellWithMounts("true", LaunchFixture.Bind("/no/such/source", "/data")),
            _ => fixture.Request("/bin/true"),
        };
        try
        {
            using ContainerProcess process = await fixture.StartAsync(request);
            await process.Exited;
            await process.Released;
            (number % 3).Should().Be(2);
        }
        catch (ContainerRuntimeException)
        {
            (number % 3).Should().NotBe(2);
        }
    }
}
