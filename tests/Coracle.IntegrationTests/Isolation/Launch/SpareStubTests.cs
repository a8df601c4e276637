using System.Diagnostics;
using Coracle.Isolation.Launch;
using Coracle.Kernel.Handles;
using Coracle.Kernel.Interop;
using Microsoft.Extensions.Logging.Abstractions;

namespace Coracle.IntegrationTests.Isolation.Launch;

/// <summary>The stub that is made ahead: the next start takes it, and it never outlives its use.</summary>
[Collection(AloneCollection.Name)]
public sealed class SpareStubTests(LaunchFixture fixture) : IClassFixture<LaunchFixture>, IAsyncLifetime
{
    private readonly Launcher _launcher = new(NullLogger<Launcher>.Instance, TimeProvider.System);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _launcher.DisposeAsync();

    [Fact]
    public async Task Start_AfterAnother_TakesTheSpare()
    {
        await RunTrueAsync();
        int spare = await Waiting.FindAsync();

        using ContainerProcess process = await _launcher.StartAsync(fixture.Request("/bin/sleep", "1000"), Token);

        Directory.Exists($"/proc/{spare}").Should().BeFalse("it was the first stage of this start");
        process.Signal(Signal.Kill);
        await process.Exited;
    }

    [Fact]
    public async Task Streams_OfASpare_AreThoseOfItsContainer()
    {
        await RunTrueAsync();
        for (int i = 0; i < 3; i++)
        {
            await Waiting.FindAsync();
            (FileDescriptor input, FileDescriptor inputWriter) = Pipes.Create();
            (FileDescriptor output, FileDescriptor outputWriter) = Pipes.Create();
            (FileDescriptor error, FileDescriptor errorWriter) = Pipes.Create();
            ContainerProcess process = await _launcher.StartAsync(
                fixture.Shell("cat; echo second >&2; ls /proc/self/fd | wc -l >&2") with
                {
                    StandardInput = input, StandardOutput = outputWriter, StandardError = errorWriter,
                },
                Token);
            foreach (FileDescriptor given in (FileDescriptor[])[input, outputWriter, errorWriter])
                given.Dispose();
            using (process)
            {
                await Pipes.WriteAsync(inputWriter, $"first {i}");
                (await Pipes.ReadToEndAsync(output)).Should().Be($"first {i}");
                (await Pipes.ReadToEndAsync(error)).Should().Be("second\n4\n", "the fourth is that of ls itself");
                (await process.Exited).Should().Be(ExitStatus.FromCode(0));
            }
        }
    }

    [Fact]
    public async Task Spare_HasNothingOfTheHost()
    {
        using FileDescriptor leaked = FileDescriptor.FromResult(
            Libc.openat(Libc.AT_FDCWD, "/etc/shadow", Libc.O_RDONLY, 0), "open", "/etc/shadow");
        await RunTrueAsync();

        int spare = await Waiting.FindAsync();

        string[] descriptors = [.. Directory.GetFiles($"/proc/{spare}/fd").Select(static fd => new FileInfo(fd).LinkTarget!).Order()];
        descriptors.Should().HaveCount(4);
        descriptors[..3].Should().AllBe("/dev/null");
        descriptors[3].Should().StartWith("socket:");
        File.ReadAllBytes($"/proc/{spare}/environ").Should().BeEmpty();
        new FileInfo($"/proc/{spare}/cwd").LinkTarget.Should().Be("/");
    }

    [Fact]
    public async Task Spare_ThatSomebodyKilled_IsReplaced()
    {
        await RunTrueAsync();
        int spare = await Waiting.FindAsync();
        using (Process victim = Process.GetProcessById(spare))
            victim.Kill();
        await Waiting.EventuallyAsync(() => Waiting.StateOf(spare) is 'Z' or null);

        await RunTrueAsync();

        Directory.Exists($"/proc/{spare}").Should().BeFalse("it is reaped");
    }

    [Fact]
    public async Task Spare_Idle_IsEndedThoughAContainerRuns()
    {
        using ContainerProcess process = await _launcher.StartAsync(fixture.Request("/bin/sleep", "1000"), Token);
        int spare = await Waiting.FindAsync();

        await Waiting.EventuallyAsync(() => !Directory.Exists($"/proc/{spare}"));

        process.Signal(Signal.Kill).Should().BeTrue("it still runs");
        await process.Exited;
    }

    [Fact]
    public async Task Launcher_Disposed_LeavesNoStub()
    {
        HashSet<int> before = Waiting.Stubs();
        for (int i = 0; i < 10; i++)
        {
            // Sometimes before the next stub is there, sometimes afterwards.
            Launcher launcher = new(NullLogger<Launcher>.Instance, TimeProvider.System);
            using ContainerProcess process = await launcher.StartAsync(fixture.Request("/bin/true"), Token);
            if (i % 2 == 0)
                await process.Exited;
            await launcher.DisposeAsync();

            await process.Released;
            Waiting.Stubs().Should().BeSubsetOf(before);
        }
    }

    [Fact]
    public async Task Start_FailingWithASpare_LeavesNothing()
    {
        await RunTrueAsync();
        using Residue residue = new();
        for (int i = 0; i < 5; i++)
        {
            await Waiting.FindAsync();
            await _launcher.Invoking(launcher => launcher.StartAsync(fixture.Request("/bin/nope"), Token))
                .Should().ThrowAsync<ContainerStartException>();
        }
    }

    private async Task RunTrueAsync()
    {
        using ContainerProcess process = await _launcher.StartAsync(fixture.Request("/bin/true"), Token);
        (await process.Exited).Should().Be(ExitStatus.FromCode(0));
    }
}
