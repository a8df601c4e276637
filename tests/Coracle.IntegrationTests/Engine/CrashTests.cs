using System.Diagnostics;
using Coracle.TestSupport;

namespace Coracle.IntegrationTests.Engine;

/// <summary>The host process is killed, and the next one opens the same data root.</summary>
[Collection(HostTracesDefinition.Name)]
public sealed class CrashTests(FixtureRegistry registry) : EngineTest(registry)
{
    [Theory]
    [InlineData("removed")]
    [InlineData("kept")]
    public async Task HostKilled_WhileStartingContainers_LeavesNothingRunning(string fate)
    {
        await Runtime.Images.PullAsync(Busybox, cancellationToken: Token);
        await CloseAsync();
        int cgroups = HostTraces.CountCgroups();

        await KillWhenReadyAsync(fate);

        await OpenAsync();
        IReadOnlyList<ContainerInfo> left = await Runtime.Containers.ListAsync(new ContainerListOptions { All = true }, Token);
        if (fate == "removed")
        {
            left.Should().BeEmpty();
            Directory.EnumerateFileSystemEntries(Path.Combine(DataRoot, "names")).Should().BeEmpty();
        }
        else
        {
            left.Should().HaveCountGreaterThan(5);
            left.Should().OnlyContain(static info => info.State != ContainerState.Running);
            left.Count(static info => info.ExitStatus is { ExitCode: 137 }).Should().BeGreaterThan(5);
            foreach (ContainerInfo info in left)
            {
                IContainer container = await Runtime.Containers.GetAsync(info.Name, Token);
                await container.RemoveAsync(cancellationToken: Token);
            }
        }
        HostTraces.CountCgroups().Should().Be(cgroups);
        SleepersOf(DataRoot).Should().BeEmpty();
    }

    [Fact]
    public async Task HostKilled_WithPausedContainers_TheNextOneEndsThem()
    {
        await Runtime.Images.PullAsync(Busybox, cancellationToken: Token);
        await CloseAsync();
        int cgroups = HostTraces.CountCgroups();

        await KillWhenReadyAsync("paused");
        await OpenAsync();

        (await Runtime.Containers.ListAsync(new ContainerListOptions { All = true }, Token)).Should().BeEmpty();
        HostTraces.CountCgroups().Should().Be(cgroups);
        SleepersOf(DataRoot).Should().BeEmpty();
    }

    private async Task KillWhenReadyAsync(string fate)
    {
        using Process host = Process.Start(new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "Coracle.CrashHost"))
        {
            ArgumentList = { DataRoot, Busybox, fate },
            RedirectStandardOutput = true,
        })!;
        using StreamReader output = host.StandardOutput;
        (await output.ReadLineAsync(Token)).Should().Be("ready");
        SleepersOf(DataRoot).Should().NotBeEmpty("the test must be able to fail");
        host.Kill();
        await host.WaitForExitAsync(Token);
        if (fate == "paused")
            return; // those that stand still can't die
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        patience.CancelAfter(TimeSpan.FromSeconds(20));
        while (SleepersOf(DataRoot).Length > 0)
            await Task.Delay(20, patience.Token);
    }

    // The sleepers of this test only: their root is an overlay whose upper directory is in its data root.
    private static int[] SleepersOf(string dataRoot) =>
    [
        .. Directory.EnumerateDirectories("/proc")
            .Select(static path => int.TryParse(Path.GetFileName(path), out int pid) ? pid : 0)
            .Where(pid => pid > 0 && RootIsIn(pid, dataRoot)),
    ];

    private static bool RootIsIn(int pid, string dataRoot)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/cmdline").StartsWith("sleep\0600", StringComparison.Ordinal)
                && File.ReadLines($"/proc/{pid}/mountinfo").First().Contains(dataRoot, StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            return false; // it has ended
        }
    }
}
