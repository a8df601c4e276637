using Coracle.TestSupport;

namespace Coracle.IntegrationTests.Engine;

public sealed class RunTests(FixtureRegistry registry) : EngineTest(registry)
{
    [Fact]
    public async Task Run_Echo_GivesItsOutput() => (await OutputAsync(Shell("echo hello; echo"))).Should().Be("hello\n\n");

    [Fact]
    public async Task Run_TwoOutputs_AreKeptApart()
    {
        ContainerResult result = await RunAsync(Shell("echo out; echo err >&2; exit 3"));
        result.StandardOutput.Should().Be("out\n");
        result.StandardError.Should().Be("err\n");
        result.Status.Should().Be(ExitStatus.FromCode(3));
    }

    [Fact]
    public async Task Run_ProgramKillsItself_ReportsTheSignal()
    {
        // The first process of a pid namespace ignores signals of its own that it has no handler for: a child dies instead.
        ContainerResult result = await RunAsync(Shell("sh -c 'kill -9 $$'; exit $?"));
        result.Status.ExitCode.Should().Be(137);
    }

    [Theory]
    [InlineData("/bin/nope", 127, "*exec: \"/bin/nope\"*no such file or directory*")]
    [InlineData("nope", 127, "*exec: \"nope\"*executable file not found in $PATH*")]
    [InlineData("/etc/passwd", 126, "*exec: \"/etc/passwd\"*permission denied*")]
    [InlineData("/etc", 126, "*exec: \"/etc\"*")]
    public async Task Run_WhatCantBeExecuted_FailsWithDockersCodeAndPhrase(string program, int code, string message)
    {
        ContainerStartException failure = (await FluentActions.Awaiting(() => RunAsync(new ContainerSpec(Busybox) { Command = [program] }))
            .Should().ThrowAsync<ContainerStartException>().WithMessage(message)).Which;
        failure.ExitCode.Should().Be(code);
        (await Runtime.Containers.ListAsync(new ContainerListOptions { All = true }, Token)).Should().BeEmpty();
    }

    [Fact]
    public async Task Run_MissingImage_SaysSo() =>
        await FluentActions.Awaiting(async () => await RunAsync(new ContainerSpec(await Registry.GetImageAsync("no-such-image"))))
            .Should().ThrowAsync<ImageNotFoundException>();

    [Fact]
    public async Task Run_Input_ReachesTheProgram()
    {
        await using IContainer cat = await Runtime.Containers.RunAsync(
            new ContainerSpec(Busybox) { Command = ["cat"], OpenStandardInput = true }, Token);
        await using (StreamWriter writer = new(cat.StandardInput))
            await writer.WriteAsync("through the pipe");
        (await cat.WaitAsync(Token)).IsSuccess.Should().BeTrue();
        (await cat.ReadToEndAsync(OutputStream.StandardOutput, Token)).Should().Be("through the pipe");
    }

    [Fact]
    public async Task Run_NoInput_ReadsAsEmpty() => (await OutputAsync(Shell("wc -c"))).Trim().Should().Be("0");

    [Fact]
    public async Task Run_MuchOutput_LosesNothing()
    {
        ContainerResult result = await RunAsync(Shell("yes 0123456789 | head -c 20000000"));
        result.StandardOutput.Should().HaveLength(20_000_000);
    }

    [Fact]
    public async Task Run_MemoryLimitPassed_IsOomKilled()
    {
        Prerequisite.RequireCgroups("memory");
        ContainerResult result = await RunAsync(Shell("x=$(yes | head -c 100000000); echo survived") with
        {
            Resources = new ResourceLimits { Memory = 16 << 20 },
        });
        result.OomKilled.Should().BeTrue();
        result.Status.ExitCode.Should().Be(137);
    }

    [Fact]
    public async Task Run_PidsLimitPassed_CantFork()
    {
        Prerequisite.RequireCgroups("pids");
        ContainerResult result = await RunAsync(
            Shell("for i in 1 2 3 4 5 6 7 8 9; do sleep 5 & done; echo end") with { Resources = new ResourceLimits { Pids = 5 } });
        result.StandardError.Should().Contain("can't fork");
    }

    [Fact]
    public async Task Run_MemoryLimitBelowTheMinimum_IsRefused() =>
        await FluentActions.Awaiting(() => RunAsync(Shell("true") with { Resources = new ResourceLimits { Memory = 1 << 20 } }))
            .Should().ThrowAsync<ContainerRuntimeException>().WithMessage("*6*");

    [Fact]
    public async Task Lines_OfARunningContainer_ComeAsTheyAreWritten()
    {
        await using IContainer container = await Runtime.Containers.RunAsync(
            Shell("echo first; read x; echo second >&2") with { OpenStandardInput = true }, Token);
        List<string> lines = [];
        await foreach (OutputLine line in container.ReadLinesAsync(cancellationToken: Token))
        {
            lines.Add($"{(int)line.Stream} {line}");
            if (lines.Count == 1)
                await container.StandardInput.DisposeAsync();
        }
        lines.Should().Equal("1 first", "2 second");
    }
}
