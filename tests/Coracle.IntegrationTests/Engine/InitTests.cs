using Coracle.TestSupport;

namespace Coracle.IntegrationTests.Engine;

public sealed class InitTests(FixtureRegistry registry) : EngineTest(registry)
{
    [Fact]
    public async Task Program_IsNotTheFirstProcess()
    {
        (await OutputAsync(Shell("echo $$") with { Init = true })).Should().Be("2\n");
        (await OutputAsync(Shell("echo $$"))).Should().Be("1\n");
    }

    [Theory]
    [InlineData("exit 0", 0)]
    [InlineData("exit 7", 7)]
    [InlineData("exit 255", 255)]
    [InlineData("kill -9 $$", 137)]
    [InlineData("kill -TERM $$", 143)]
    [InlineData("sleep 600 & exit 4", 4)]
    public async Task Program_Ended_ContainerEndsTheSame(string script, int code) =>
        (await RunAsync(Shell(script) with { Init = true })).Status.ExitCode.Should().Be(code);

    [Fact]
    public async Task Output_OfTheProgram_IsWhole()
    {
        ContainerResult result = await RunAsync(Shell("cat; echo err >&2") with { Init = true });
        result.StandardOutput.Should().BeEmpty();
        result.StandardError.Should().Be("err\n");
    }

    [Fact]
    public async Task Signal_ForATrap_IsPassedOn()
    {
        await using IContainer container = await Runtime.Containers.RunAsync(
            Shell("trap 'echo told; exit 9' TERM; echo up; while :; do sleep 0.1; done") with { Init = true }, Token);
        await WaitForOutputAsync(container, "up");
        (await container.StopAsync(Timeout.InfiniteTimeSpan, Token)).Should().Be(ExitStatus.FromCode(9));
        (await container.ReadToEndAsync(OutputStream.StandardOutput, Token)).Should().Be("up\ntold\n");
    }

    [Fact]
    public async Task Signal_WithoutAHandler_EndsTheProgram()
    {
        // As process 1 it would have no effect.
        await using IContainer container = await Runtime.Containers.RunAsync(Sleeping with { Init = true }, Token);
        (await container.StopAsync(Timeout.InfiniteTimeSpan, Token)).ExitCode.Should().Be(143);
    }

    [Fact]
    public async Task Kill_EndsAll()
    {
        await using IContainer container = await Runtime.Containers.RunAsync(Sleeping with { Init = true }, Token);
        await container.KillAsync(Signal.Kill, Token);
        (await container.WaitAsync(Token)).ExitCode.Should().Be(137);
    }

    [Fact]
    public async Task Orphans_AreReaped()
    {
        // Each subshell leaves a process behind that ends at once. Without an init the last line is never reached.
        const string Script = """
            for i in $(seq 30); do (true & true &); done
            while grep -q '^State:.Z' /proc/[0-9]*/status 2>/dev/null; do :; done
            echo clean
            """;
        (await OutputAsync(Shell(Script) with { Init = true })).Should().Be("clean\n");
    }

    [Fact]
    public async Task Init_HasThePrivilegesOfTheProgram_AndNothingOpen()
    {
        const string Script = "grep -E '^(Uid|CapEff|CapBnd|NoNewPrivs|Seccomp:)' /proc/1/status > /tmp/1; "
            + "grep -E '^(Uid|CapEff|CapBnd|NoNewPrivs|Seccomp:)' /proc/self/status > /tmp/2; cmp /tmp/1 /tmp/2 && echo same; "
            + "ls /proc/1/root/ 2>&1 | grep -c 'Permission denied'; readlink /proc/1/fd/3 || echo hidden";
        foreach (ContainerSpec spec in (ContainerSpec[])[Shell(Script), Shell(Script) with { User = "1000:1000", NoNewPrivileges = true }])
            (await OutputAsync(spec with { Init = true })).Should().Be("same\n1\nhidden\n");
    }

    [Fact]
    public async Task Init_HoldsOnlyItsQueue()
    {
        await using IContainer container = await Runtime.Containers.RunAsync(Sleeping with { Init = true }, Token);
        int pid = (await container.InspectAsync(Token)).Pid!.Value;
        Directory.EnumerateFiles($"/proc/{pid}/fd").Select(static path => File.ResolveLinkTarget(path, false)!.Name)
            .Should().Equal("anon_inode:[signalfd]");
    }

    [Theory]
    [InlineData("/nope", 127)]
    [InlineData("/etc/passwd", 126)]
    public async Task ProgramThatCantBeExecuted_FailsAsWithout(string program, int code)
    {
        await FluentActions.Awaiting(() => Runtime.Containers.RunAsync(new ContainerSpec(Busybox) { Command = [program], Init = true }, Token))
            .Should().ThrowAsync<ContainerStartException>().Where(e => e.ExitCode == code);
        (await ListAllAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task NotAProgram_FailsAtExecve_AfterTheInitIsThere()
    {
        await FluentActions.Awaiting(() => Runtime.Containers.RunAsync(
                Shell("") with { Entrypoint = ["/bad"], Mounts = [new BindMount(BadProgram(), "/bad")], Init = true }, Token))
            .Should().ThrowAsync<ContainerRuntimeException>().WithMessage("*/bad*");
        (await ListAllAsync()).Should().BeEmpty();
    }

    private string BadProgram()
    {
        string path = Path.Combine(Path.GetDirectoryName(DataRoot)!, "bad");
        File.WriteAllText(path, "neither ELF nor script");
        File.SetUnixFileMode(path, (UnixFileMode)0x1ED);
        return path;
    }
}
