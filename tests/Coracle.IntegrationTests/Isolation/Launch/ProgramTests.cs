using Coracle.Isolation.Launch;

namespace Coracle.IntegrationTests.Isolation.Launch;

public sealed class ProgramTests(LaunchFixture fixture) : IClassFixture<LaunchFixture>
{
    private const string Prefix = "unable to start container process: ";

    [Theory]
    [InlineData("/bin/nope", 127, "exec: \"/bin/nope\": stat /bin/nope: no such file or directory")]
    [InlineData("nope", 127, "exec: \"nope\": executable file not found in $PATH")]
    [InlineData("", 127, "exec: \"\": executable file not found in $PATH")]
    [InlineData("/etc/passwd", 126, "exec: \"/etc/passwd\": permission denied")]
    [InlineData("/etc", 126, "exec: \"/etc\": is a directory")]
    [InlineData("/etc/passwd/x", 127, "exec: \"/etc/passwd/x\": stat /etc/passwd/x: not a directory")]
    [InlineData("/bin/rubbish", 128, "exec /bin/rubbish: exec format error")]
    [InlineData("/bin/orphan", 127, "exec /bin/orphan: no such file or directory")]
    [InlineData("noexec", 127, "exec: \"noexec\": executable file not found in $PATH")]
    [InlineData("directory", 127, "exec: \"directory\": executable file not found in $PATH")]
    public async Task Start_ProgramCannotBeExecuted_SaysWhatDockerSays(string program, int exitCode, string message)
    {
        Executable("bin/rubbish", "\u0001\u0002\u0003");
        Executable("bin/orphan", "#!/bin/no-such-shell\n");
        await File.WriteAllTextAsync(fixture.Root.In("bin/noexec"), "#!/bin/sh\n", TestContext.Current.CancellationToken);
        Directory.CreateDirectory(fixture.Root.In("bin/directory"));
        Func<Task> start = () => fixture.StartAsync(fixture.Request(program));

        ContainerStartException failure = (await start.Should().ThrowAsync<ContainerStartException>()).Which;

        failure.Message.Should().Be(Prefix + message);
        failure.ExitCode.Should().Be(exitCode);
        failure.Kind.Should().Be(RuntimeErrorKind.ContainerFailed);
    }

    [Fact]
    public async Task Start_ProgramByName_IsFoundInPath()
    {
        RunResult result = await fixture.RunAsync(fixture.Request("echo", "found"));

        result.Output.Should().Be("found\n");
    }

    [Fact]
    public async Task Start_NameOfDirectoryEarlierInPath_IsPassedOver()
    {
        Directory.CreateDirectory(fixture.Root.In("usr/bin/echo"));

        RunResult result = await fixture.RunAsync(fixture.Request("echo", "found"));

        result.Output.Should().Be("found\n");
    }

    [Fact]
    public async Task Start_Script_RunsWithItsInterpreter()
    {
        Executable("bin/script", "#!/bin/sh\necho \"$0 $1\"\n");

        RunResult result = await fixture.RunAsync(fixture.Request("script", "argument"));

        result.Output.Should().Be("/bin/script argument\n");
    }

    [Fact]
    public async Task Start_ProgramClosedToTheUser_IsDenied()
    {
        Executable("bin/private", "#!/bin/sh\n");
        File.SetUnixFileMode(fixture.Root.In("bin/private"), (UnixFileMode)0x1C0);
        LaunchRequest request = fixture.Request("/bin/private");
        request = request with
        {
            Spec = request.Spec with
            {
                Process = request.Spec.Process! with
                {
                    User = new() { Uid = 1000, Gid = 1000 },
                    Capabilities = new() { Bounding = request.Spec.Process.Capabilities!.Bounding },
                },
            },
        };
        Func<Task> start = () => fixture.StartAsync(request);

        (await start.Should().ThrowAsync<ContainerStartException>()).Which.ExitCode.Should().Be(126);
    }

    [Theory]
    [InlineData("/proc/self/exe")]
    [InlineData("/bin/self")]
    public async Task Start_ProgramIsTheStubItself_DoesNothing(string program)
    {
        // What would overwrite a runtime's binary (CVE-2019-5736) gets a stub without a plan.
        Executable("bin/self", "#!/proc/self/exe\n");

        RunResult result = await fixture.RunAsync(fixture.Request(program));

        result.Status.Should().Be(ExitStatus.FromCode(127));
    }

    private void Executable(string path, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(fixture.Root.In(path))!);
        File.WriteAllText(fixture.Root.In(path), content);
        File.SetUnixFileMode(fixture.Root.In(path), (UnixFileMode)0x1ED);
    }
}
