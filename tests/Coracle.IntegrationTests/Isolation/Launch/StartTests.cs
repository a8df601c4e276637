using Coracle.Isolation.Launch;
using Coracle.Kernel.Handles;

namespace Coracle.IntegrationTests.Isolation.Launch;

public sealed class StartTests(LaunchFixture fixture) : IClassFixture<LaunchFixture>
{
    [Theory]
    [InlineData("exit 0", 0)]
    [InlineData("exit 7", 7)]
    [InlineData("exit 255", 255)]
    public async Task Exited_ProgramExits_IsItsCode(string script, int code)
    {
        using ContainerProcess process = await fixture.StartAsync(fixture.Request("/bin/sh", "-c", script));

        (await process.Exited).Should().Be(ExitStatus.FromCode(code));
        await process.Released;
    }

    [Fact]
    public async Task Exited_ProgramIsKilled_IsTheSignal()
    {
        using ContainerProcess process = await fixture.StartAsync(fixture.Request("/bin/sleep", "1000"));

        process.Signal(Signal.Kill).Should().BeTrue();

        (await process.Exited).Should().Be(ExitStatus.FromSignal(Signal.Kill));
        process.Signal(Signal.Kill).Should().BeFalse("it has ended");
    }

    [Fact]
    public async Task Signal_ProgramHandlesIt_ArrivesThere()
    {
        (FileDescriptor reader, FileDescriptor writer) = Pipes.Create();
        using ContainerProcess process = await fixture.StartAsync(
            fixture.Request("/bin/sh", "-c", "trap 'exit 42' TERM; echo up; while :; do sleep 0.05; done") with { StandardOutput = writer });
        writer.Dispose();
        (await Pipes.ReadLineAsync(reader)).Should().Be("up");

        process.Signal(Signal.Term);

        (await process.Exited).Should().Be(ExitStatus.FromCode(42));
    }

    [Fact]
    public async Task Exited_ProcessDisposedBefore_StillCompletes()
    {
        ContainerProcess process = await fixture.StartAsync(fixture.Request("/bin/sh", "-c", "sleep 0.2; exit 3"));
        process.Dispose();

        (await process.Exited).Should().Be(ExitStatus.FromCode(3));
    }

    [Fact]
    public async Task StandardStreams_AreThoseOfTheRequest()
    {
        (FileDescriptor input, FileDescriptor toInput) = Pipes.Create();
        (FileDescriptor fromOutput, FileDescriptor output) = Pipes.Create();
        (FileDescriptor fromError, FileDescriptor error) = Pipes.Create();
        LaunchRequest request = fixture.Request("/bin/sh", "-c", "cat; echo oops >&2") with
        {
            StandardInput = input, StandardOutput = output, StandardError = error,
        };
        using ContainerProcess process = await fixture.StartAsync(request);
        input.Dispose();
        output.Dispose();
        error.Dispose();
        await Pipes.WriteAsync(toInput, "hello");

        (await Pipes.ReadToEndAsync(fromOutput)).Should().Be("hello");
        (await Pipes.ReadToEndAsync(fromError)).Should().Be("oops\n");
    }

    [Fact]
    public async Task Environment_IsThatOfTheSpecAlone()
    {
        RunResult result = await fixture.RunAsync(fixture.Request("/bin/env"));

        result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Should().BeEquivalentTo(
            "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root");
    }

    [Fact]
    public async Task Plan_LongerThanAMessage_Works()
    {
        string[] environment = [.. Enumerable.Range(0, 40).Select(static i => $"V{i}={new string('x', 10_000)}"), "PATH=/bin"];
        LaunchRequest request = fixture.Request("/bin/sh", "-c", "echo ${#V39}");
        request = request with { Spec = request.Spec with { Process = request.Spec.Process! with { Env = environment } } };

        RunResult result = await fixture.RunAsync(request);

        result.Output.Should().Be("10000\n");
    }

    [Fact]
    public async Task Start_WithoutLifeline_Works()
    {
        RunResult result = await fixture.RunAsync(fixture.Request("/bin/echo", "free") with { DieWithParent = false });

        result.Output.Should().Be("free\n");
    }

    [Fact]
    public async Task Start_Again_WhenTheLifelineWasIdle_Works()
    {
        await fixture.RunAsync(fixture.Request("/bin/true"));
        await Task.Delay(TimeSpan.FromSeconds(1.5), TestContext.Current.CancellationToken);

        RunResult result = await fixture.RunAsync(fixture.Request("/bin/echo", "again"));

        result.Output.Should().Be("again\n");
    }
}
