using System.Security.Cryptography;
using Coracle.TestSupport;

namespace Coracle.IntegrationTests.Engine;

public sealed class ExecTests(FixtureRegistry registry) : EngineTest(registry)
{
    private ContainerSpec Sleeper => new(Busybox) { Command = ["sleep", "1000"], StopTimeout = TimeSpan.Zero };

    [Fact]
    public async Task Exec_IsInTheContainer()
    {
        await using IContainer container = await Runtime.Containers.RunAsync(Sleeper with { HostName = "raven" }, Token);

        ContainerResult result = await container.ExecToEndAsync(
            new ExecSpec("sh", "-c", "whoami; id; hostname; echo x > /made; for n in mnt uts ipc net pid cgroup; do "
                + "[ $(readlink /proc/self/ns/$n) = $(readlink /proc/1/ns/$n) ] || echo other $n; done; exit 3"), cancellationToken: Token);

        result.Status.Should().Be(ExitStatus.FromCode(3));
        result.StandardOutput.Should().Be("root\nuid=0(root) gid=0(root) groups=0(root)\nraven\n");
        result.StandardError.Should().BeEmpty();
        (await ShAsync(container, "cat /made; ps -o pid,args | grep -c 'sleep 1000'")).Should().StartWith("x\n");
    }

    [Fact]
    public async Task Exec_OutputsAndInput_AreApart()
    {
        await using IContainer container = await Runtime.Containers.RunAsync(Sleeper, Token);
        ContainerResult result = await container.ExecToEndAsync(
            new ExecSpec("sh", "-c", "tr a-z A-Z; echo err >&2; exit 7"), "some input\n", Token);

        result.Should().Be(new ContainerResult(ExitStatus.FromCode(7), "SOME INPUT\n", "err\n", OomKilled: false));
        (await container.ExecToEndAsync(new ExecSpec("wc", "-c"), cancellationToken: Token)).StandardOutput.Trim().Should().Be("0");
        Action open = () => container.ExecAsync(new ExecSpec("true"), Token).GetAwaiter().GetResult().StandardInput.Flush();
        open.Should().Throw<InvalidOperationException>().WithMessage("*OpenStandardInput*");
    }

    [Fact]
    public async Task Exec_HundredMegabytesThroughCat_ComeBackAsTheyWere()
    {
        const int Megabytes = 100;
        await using IContainer container = await Runtime.Containers.RunAsync(Sleeper, Token);
        await using IContainerProcess cat = await container.ExecAsync(new ExecSpec("cat") { OpenStandardInput = true }, Token);
        byte[] block = RandomNumberGenerator.GetBytes(1 << 20);
        using IncrementalHash sent = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Task write = Task.Run(
            async () =>
            {
                for (int i = 0; i < Megabytes; i++)
                {
                    block[i]++;
                    sent.AppendData(block);
                    await cat.StandardInput.WriteAsync(block, Token);
                }
                await cat.StandardInput.DisposeAsync();
            },
            Token);

        byte[] received = await SHA256.HashDataAsync(cat.StandardOutput, Token);
        await write;

        received.Should().Equal(sent.GetHashAndReset());
        (await cat.WaitAsync(Token)).IsSuccess.Should().BeTrue();
    }

    [Fact]
    public async Task Exec_NobodyReads_TheProgramWaitsAndNothingIsLost()
    {
        await using IContainer container = await Runtime.Containers.RunAsync(Sleeper, Token);
        await using IContainerProcess writer = await container.ExecAsync(
            new ExecSpec("sh", "-c", "head -c 1000000 /dev/zero; echo done >&2"), Token);

        // The other output is silent until the first has been read: the program is held up by its full pipe.
        Task<string> error = writer.ReadToEndAsync(OutputStream.StandardError, Token);
        byte[] first = new byte[1];
        await writer.StandardOutput.ReadExactlyAsync(first, Token);
        error.IsCompleted.Should().BeFalse();
        (await writer.ReadToEndAsync(OutputStream.StandardOutput, Token)).Should().HaveLength(999_999);
        (await error).Should().Be("done\n");
        writer.Exited.WaitHandle.WaitOne();
        (await writer.WaitAsync(Token)).IsSuccess.Should().BeTrue();
    }

    [Fact]
    public async Task Exec_UserEnvironmentDirectory_AreTheContainersOrItsOwn()
    {
        await using IContainer container = await Runtime.Containers.RunAsync(
            Sleeper with { User = "1000:1001", WorkingDirectory = "/usr", Environment = new Dictionary<string, string> { ["A"] = "1", ["B"] = "2" } }, Token);
        const string Show = "id -u; id -g; pwd; echo $A$B$C; echo $HOME";

        (await ShAsync(container, Show)).Should().Be("1000\n1001\n/usr\n12\n/\n");
        (await ShAsync(container, Show, spec => spec with
        {
            User = "root",
            WorkingDirectory = "/etc",
            Environment = new Dictionary<string, string> { ["B"] = "x", ["C"] = "y" },
        })).Should().Be("0\n0\n/etc\n1xy\n/root\n");
        (await ShAsync(container, "id -G", spec => spec with { User = "5:6", AdditionalGroups = ["77"] })).Should().Be("6 77\n");
    }

    [Fact]
    public async Task Exec_User_IsThatOfTheContainersFilesAsTheyAreNow()
    {
        await using IContainer container = await Runtime.Containers.RunAsync(Sleeper, Token);
        await ShAsync(container, "echo 'late:x:4242:4343::/home/late:/bin/sh' >> /etc/passwd");

        (await ShAsync(container, "id -u; id -g; echo $HOME", static spec => spec with { User = "late" })).Should().Be("4242\n4343\n/home/late\n");
        await container.Awaiting(c => c.ExecAsync(new ExecSpec("true") { User = "nobody-there" }, Token))
            .Should().ThrowAsync<ContainerRuntimeException>().WithMessage("*unable to find user nobody-there: no matching entries in passwd file*");
    }

    [Fact]
    public async Task Exec_PasswdThatLeadsOut_IsNotFollowed()
    {
        await using IContainer container = await Runtime.Containers.RunAsync(Sleeper, Token);
        await ShAsync(container, "rm /etc/passwd; ln -s ../../../../../../etc/hostname /etc/passwd; mkfifo /etc/fifo; rm /etc/group; ln -s fifo /etc/group");

        // Neither the host's files, nor a wait for a pipe that nobody writes to.
        await container.Awaiting(c => c.ExecAsync(new ExecSpec("true") { User = "root" }, Token)).Should().ThrowAsync<ContainerRuntimeException>();
    }

    [Fact]
    public async Task Exec_Privileges_AreThoseOfTheContainer()
    {
        const string Show = "grep -E '^(Cap|Seccomp:|NoNewPrivs)' /proc/self/status";
        await using IContainer container = await Runtime.Containers.RunAsync(Sleeper, Token);
        string own = await ShAsync(container, "grep -E '^(Cap|Seccomp:|NoNewPrivs)' /proc/1/status");

        (await ShAsync(container, Show)).Should().Be(own).And.Contain("Seccomp:\t2").And.Contain("CapEff:\t00000000a80425fb");
        (await ShAsync(container, Show, static spec => spec with { User = "1000" })).Should()
            .Contain("CapEff:\t0000000000000000").And.Contain("CapPrm:\t0000000000000000").And.Contain("CapBnd:\t00000000a80425fb");
        (await ShAsync(container, Show, static spec => spec with { Privileged = true })).Should()
            .Contain("Seccomp:\t2").And.NotContain("CapEff:\t00000000a80425fb");
        await using IContainer quiet = await Runtime.Containers.RunAsync(Sleeper with { NoNewPrivileges = true }, Token);
        (await ShAsync(quiet, Show, static spec => spec with { User = "1000" })).Should().Contain("NoNewPrivs:\t1").And.Contain("Seccomp:\t2");
    }

    [Fact]
    public async Task Exec_LimitsAndControlGroups_AreThoseOfTheContainer()
    {
        await using IContainer container = await Runtime.Containers.RunAsync(Sleeper with { Ulimits = [new Ulimit("nofile", 77, 88)] }, Token);

        (await ShAsync(container, "ulimit -n; ulimit -Hn")).Should().Be("77\n88\n");
        string groups = await ShAsync(container, "cat /proc/self/cgroup");
        groups.Split('\n').Where(static line => line.Contains(":memory:")).Should().AllSatisfy(static line => line.Should().EndWith(":/"));
    }

    [Theory]
    [InlineData("/bin/nope", 127, "*exec: \"/bin/nope\"*no such file or directory*")]
    [InlineData("nope", 127, "*exec: \"nope\"*executable file not found in $PATH*")]
    [InlineData("/etc/passwd", 126, "*exec: \"/etc/passwd\"*permission denied*")]
    [InlineData("/etc", 126, "*exec: \"/etc\"*is a directory*")]
    public async Task Exec_WhatCantBeExecuted_FailsWithDockersCodeAndPhrase(string program, int code, string message)
    {
        await using IContainer container = await Runtime.Containers.RunAsync(Sleeper, Token);

        ContainerStartException failure = (await container.Awaiting(c => c.ExecAsync(new ExecSpec(program), Token))
            .Should().ThrowAsync<ContainerStartException>().WithMessage(message)).Which;

        failure.ExitCode.Should().Be(code);
        (await container.ExecToEndAsync(new ExecSpec("true"), cancellationToken: Token)).Status.IsSuccess.Should().BeTrue();
    }

    [Fact]
    public async Task Exec_MissingDirectory_FailsWithDockersPhrase()
    {
        await using IContainer container = await Runtime.Containers.RunAsync(Sleeper, Token);

        (await container.Awaiting(c => c.ExecAsync(new ExecSpec("true") { WorkingDirectory = "/nope" }, Token))
            .Should().ThrowAsync<ContainerStartException>().WithMessage("*chdir to cwd (\"/nope\")*no such file or directory*")).Which.ExitCode.Should().Be(127);
    }

    [Fact]
    public async Task Exec_NotRunning_IsAConflict()
    {
        await using IContainer container = await Runtime.Containers.CreateAsync(Sleeper, Token);
        await ExpectConflictAsync(container);
        await container.StartAsync(Token);
        await container.StopAsync(cancellationToken: Token);
        await ExpectConflictAsync(container);
    }

    [Fact]
    public async Task Exec_WhileTheContainerEnds_EndsWithItOrIsAConflict()
    {
        for (int i = 0; i < 10; i++)
        {
            await using IContainer container = await Runtime.Containers.RunAsync(Sleeper, Token);
            Task<ContainerResult>[] execs = [.. Enumerable.Range(0, 4).Select(_ => container.ExecToEndAsync(new ExecSpec("sleep", "1000"), cancellationToken: Token))];
            await container.KillAsync(Signal.Kill, Token);
            await container.WaitAsync(Token);
            foreach (Task<ContainerResult> exec in execs)
            {
                try
                {
                    (await exec).Status.Should().Be(ExitStatus.FromSignal(Signal.Kill));
                }
                catch (ContainerRuntimeException e)
                {
                    e.Kind.Should().Be(RuntimeErrorKind.Conflict, e.ToString());
                }
            }
        }
    }

    [Fact]
    public async Task Exec_Signal_ReachesTheProgram()
    {
        await using IContainer container = await Runtime.Containers.RunAsync(Sleeper, Token);
        await using IContainerProcess handler = await container.ExecAsync(
            new ExecSpec("sh", "-c", "trap 'exit 42' USR1; echo ready; sleep 1000 & wait"), Token);
        await using IContainerProcess plain = await container.ExecAsync(new ExecSpec("sleep", "1000"), Token);
        await handler.StandardOutput.ReadExactlyAsync(new byte[6], Token);

        await handler.KillAsync(Signal.Usr1, Token);
        await plain.KillAsync(Signal.Term, Token);

        (await handler.WaitAsync(Token)).Should().Be(ExitStatus.FromCode(42));
        (await plain.WaitAsync(Token)).Should().Be(ExitStatus.FromSignal(Signal.Term));
        await plain.KillAsync(Signal.Term, Token); // does nothing
    }

    [Fact]
    public async Task Exec_Cancelled_KillsWhatItStartedWhereverThatWent()
    {
        await using IContainer container = await Runtime.Containers.RunAsync(Sleeper, Token);
        using CancellationTokenSource stop = new();
        Task<ContainerResult> exec = container.ExecToEndAsync(
            new ExecSpec("sh", "-c", "setsid sh -c 'sleep 2001 & sleep 2002' & (sleep 2003 &) ; touch /ready; sleep 2004"), cancellationToken: stop.Token);
        await ShAsync(container, "until [ -e /ready ] && [ $(ps -o args | grep -c '^sleep 200') -ge 4 ]; do usleep 1000; done");

        await stop.CancelAsync();
        await exec.Invoking(static task => task).Should().ThrowAsync<OperationCanceledException>();

        (await ShAsync(container, "ps -o args | grep '^sleep 200'; true")).Should().BeEmpty();
        (await container.InspectAsync(Token)).State.Should().Be(ContainerState.Running);
    }

    [Fact]
    public async Task Exec_EndsByItself_WhatItLeftInTheBackgroundStays()
    {
        await using IContainer container = await Runtime.Containers.RunAsync(Sleeper, Token);

        ContainerResult result = await container.ExecToEndAsync(
            new ExecSpec("sh", "-c", "setsid sleep 3001 & echo started"), cancellationToken: Token);

        result.StandardOutput.Should().Be("started\n", "nobody waits for an output that a daemon holds open");
        (await ShAsync(container, "ps -o args | grep -c '^sleep 3001'")).Should().Be("1\n");
    }

    [Fact]
    public async Task Exec_Lines_ComeAsTheyAreWritten()
    {
        await using IContainer container = await Runtime.Containers.RunAsync(Sleeper, Token);
        await using IContainerProcess process = await container.ExecAsync(
            new ExecSpec("sh", "-c", "echo one; read x; echo two >&2; read x; printf three") { OpenStandardInput = true }, Token);
        List<string> lines = [];
        await foreach (OutputLine line in process.ReadLinesAsync(Token))
        {
            lines.Add($"{(int)line.Stream} {line}");
            if (lines.Count < 3)
                await process.StandardInput.WriteAsync("\n"u8.ToArray(), Token);
        }

        lines.Should().Equal("1 one", "2 two", "1 three");
    }

    [Fact]
    public async Task Exec_SeesNothingOfTheHost()
    {
        Environment.SetEnvironmentVariable("CORACLE_TEST_SECRET", "coracle-secret-of-the-host");
        await using IContainer container = await Runtime.Containers.RunAsync(Sleeper, Token);

        await using IContainerProcess process = await container.ExecAsync(new ExecSpec("sleep", "1000"), Token);

        (await File.ReadAllTextAsync($"/proc/{process.Pid}/environ", Token)).Should().NotContain("CORACLE_TEST_SECRET");
        string[] descriptors = [.. Directory.GetFiles($"/proc/{process.Pid}/fd").Order().Select(static fd => new FileInfo(fd).LinkTarget!)];
        descriptors.Should().HaveCount(3);
        descriptors[0].Should().Be("/dev/null");
        descriptors.Skip(1).Should().AllSatisfy(static target => target.Should().StartWith("pipe:"));
    }

    [Fact]
    public async Task Exec_Events_AreDockers()
    {
        await using IContainer container = await Runtime.Containers.RunAsync(Sleeper, Token);
        List<string> actions = [];
        await using IAsyncEnumerator<RuntimeEvent> events = Runtime.WatchEventsAsync(cancellationToken: Token).GetAsyncEnumerator(Token);
        ValueTask<bool> next = events.MoveNextAsync();

        await container.ExecToEndAsync(new ExecSpec("sh", "-c", "exit 5"), cancellationToken: Token);
        while (await next)
        {
            actions.Add(events.Current.Action + (events.Current.Attributes.TryGetValue("exitCode", out string? code) ? code : ""));
            if (actions.Count == 3)
                break;
            next = events.MoveNextAsync();
        }

        actions.Should().Equal("exec_create: sh -c exit 5", "exec_start: sh -c exit 5", "exec_die5");
    }

    private static async Task<string> ShAsync(IContainer container, string script, Func<ExecSpec, ExecSpec>? change = null)
    {
        ExecSpec spec = new("sh", "-c", script);
        ContainerResult result = await container.ExecToEndAsync(change?.Invoke(spec) ?? spec, cancellationToken: Token);
        result.Status.Should().Be(ExitStatus.FromCode(0), result.StandardError);
        return result.StandardOutput;
    }

    private static async Task ExpectConflictAsync(IContainer container) =>
        (await container.Awaiting(c => c.ExecAsync(new ExecSpec("true"), Token))
            .Should().ThrowAsync<ContainerRuntimeException>().WithMessage($"*container {container.Id} is not running*")).Which.Kind
            .Should().Be(RuntimeErrorKind.Conflict);
}
