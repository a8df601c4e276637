using System.Text;
using Coracle.TestSupport;

namespace Coracle.IntegrationTests.Engine;

public sealed class TerminalTests(FixtureRegistry registry) : EngineTest(registry)
{
    private ContainerSpec InTerminal => new(Busybox) { Terminal = new TerminalSize(100, 30), StopTimeout = TimeSpan.Zero };

    private ContainerSpec Sleeper => new(Busybox) { Command = ["sleep", "1000"], StopTimeout = TimeSpan.Zero };

    [Fact]
    public async Task Run_Terminal_IsTheControllingOneOfItsOwnDevpts()
    {
        string output = await OutputAsync(InTerminal with
        {
            Command = ["sh", "-c", "tty; stty size; echo $TERM; for fd in 0 1 2; do [ -t $fd ] && echo is$fd; done; echo here > /dev/tty; echo err >&2; ls -l /dev/console | cut -c1; echo console > /dev/console"],
        });

        output.Replace("\r", "", StringComparison.Ordinal).Should().Be("/dev/pts/0\n30 100\nxterm\nis0\nis1\nis2\nhere\nerr\nc\nconsole\n");
    }

    [Fact]
    public async Task Run_Terminal_TermIsTheCallersIfSaid() =>
        (await OutputAsync(InTerminal with { Command = ["sh", "-c", "echo $TERM"], Environment = new Dictionary<string, string> { ["TERM"] = "dumb" } }))
            .Should().Be("dumb\r\n");

    [Fact]
    public async Task Run_Terminal_AsUser_IsTheUsers() =>
        (await OutputAsync(InTerminal with { User = "1000:1000", Command = ["sh", "-c", "stat -c %u $(tty); echo ok > $(tty)"] }))
            .Should().Be("1000\r\nok\r\n");

    [Fact]
    public async Task Exec_Terminal_HasSizeAndResizes()
    {
        await using IContainer container = await Runtime.Containers.RunAsync(Sleeper, Token);
        await using IContainerProcess shell = await container.ExecAsync(
            new ExecSpec("sh", "-c", "tty; trap 'stty size' WINCH; stty size; while read line; do echo got $line; done")
            {
                Terminal = new TerminalSize(80, 24),
            },
            Token);
        await ExpectAsync(shell.StandardOutput, "/dev/pts/0\r\n24 80\r\n");

        await shell.ResizeTerminalAsync(new TerminalSize(132, 50), Token);
        await shell.StandardInput.WriteAsync("x\n"u8.ToArray(), Token);

        await ExpectAsync(shell.StandardOutput, "50 132");
        (await shell.ReadToEndAsync(OutputStream.StandardError, Token)).Should().BeEmpty();
    }

    [Fact]
    public async Task Exec_Terminal_CtrlCReachesTheForegroundAlone()
    {
        await using IContainer container = await Runtime.Containers.RunAsync(Sleeper, Token);
        await using IContainerProcess shell = await container.ExecAsync(
            new ExecSpec("sh", "-i") { Terminal = TerminalSize.Default, Environment = new Dictionary<string, string> { ["PS1"] = "ready> " } }, Token);
        await ExpectAsync(shell.StandardOutput, "ready> ");

        // Each key comes when the program that it is for says that it runs: nobody else takes it then.
        await TypeAsync(shell.StandardInput, "sh -c \"echo be''fore; exec sleep 1000\"\n");
        await ExpectAsync(shell.StandardOutput, "before\r\n");
        await TypeAsync(shell.StandardInput, "\x03");
        await ExpectAsync(shell.StandardOutput, "ready> ");
        await TypeAsync(shell.StandardInput, "echo code $?\n");
        await ExpectAsync(shell.StandardOutput, "code 130\r\n");

        // Job control: stopped by Ctrl-Z, in the list, and gone on with.
        await TypeAsync(shell.StandardInput, "sh -c \"echo u''p; exec cat\"\n");
        await ExpectAsync(shell.StandardOutput, "up\r\n");
        await TypeAsync(shell.StandardInput, "\x1a");
        await ExpectAsync(shell.StandardOutput, "ready> ");
        await TypeAsync(shell.StandardInput, "jobs; fg\n");
        await ExpectAsync(shell.StandardOutput, "Stopped");
        await TypeAsync(shell.StandardInput, "\u0004exit 9\n");
        (await shell.WaitAsync(Token)).Should().Be(ExitStatus.FromCode(9));
    }

    [Fact]
    public async Task ExecToEnd_Terminal_InputEnds()
    {
        await using IContainer container = await Runtime.Containers.RunAsync(Sleeper, Token);

        ContainerResult result = await container.ExecToEndAsync(new ExecSpec("cat") { Terminal = TerminalSize.Default }, "typed\n", Token);

        result.Status.IsSuccess.Should().BeTrue();
        result.StandardOutput.Should().Be("typed\r\ntyped\r\n", "the terminal echoes");
    }

    [Fact]
    public async Task Resize_WithoutTerminal_SaysSo()
    {
        await using IContainer container = await Runtime.Containers.RunAsync(Sleeper, Token);
        await using IContainerProcess process = await container.ExecAsync(new ExecSpec("sleep", "1000"), Token);

        await container.Awaiting(c => c.ResizeTerminalAsync(new TerminalSize(1, 1), Token)).Should().ThrowAsync<InvalidOperationException>();
        await process.Awaiting(c => c.ResizeTerminalAsync(new TerminalSize(1, 1), Token)).Should().ThrowAsync<InvalidOperationException>();
    }

    [Fact]
    public async Task Attach_SeveralReaders_EachHaveEverything()
    {
        await using IContainer container = await Runtime.Containers.RunAsync(
            Shell("read go; i=0; while [ $i -lt 2000 ]; do echo line $i; i=$((i+1)); done; echo end >&2") with { OpenStandardInput = true }, Token);
        IAttachment[] attachments = [await container.AttachAsync(null, Token), await container.AttachAsync(null, Token), await container.AttachAsync(null, Token)];
        await attachments[1].Input.WriteAsync("go\n"u8.ToArray(), Token);

        string expected = string.Concat(Enumerable.Range(0, 2000).Select(static i => $"line {i}\n"));
        foreach (IAttachment attachment in attachments)
        {
            (await ReadAsync(attachment.Output)).Should().Be(expected);
            (await ReadAsync(attachment.Error)).Should().Be("end\n");
            (await attachment.Completion).Should().Be(AttachmentEnd.Exited);
            await attachment.DisposeAsync();
        }
    }

    [Fact]
    public async Task Attach_WithoutReplay_BeginsNow_WithReplay_AtTheBeginning()
    {
        await using IContainer container = await Runtime.Containers.RunAsync(Shell("echo early; read x; echo late") with { OpenStandardInput = true }, Token);
        await foreach (OutputLine line in container.ReadLinesAsync(cancellationToken: Token))
            break;
        await using IAttachment now = await container.AttachAsync(null, Token);
        await using IAttachment all = await container.AttachAsync(new AttachOptions { Replay = true, StandardInput = false }, Token);
        await now.Input.WriteAsync("\n"u8.ToArray(), Token);

        (await ReadAsync(now.Output)).Should().Be("late\n");
        (await ReadAsync(all.Output)).Should().Be("early\nlate\n");
        all.Invoking(static attachment => attachment.Input).Should().Throw<InvalidOperationException>();
    }

    [Fact]
    public async Task Attach_DetachKeys_LeaveTheContainerRunning()
    {
        await using IContainer container = await Runtime.Containers.RunAsync(InTerminal with { Command = ["cat"], OpenStandardInput = true }, Token);
        await using IAttachment attachment = await container.AttachAsync(null, Token);
        Task<string> output = ReadAsync(attachment.Output);

        await TypeAsync(attachment.Input, "a\x10");
        await TypeAsync(attachment.Input, "b\x10\x11never");

        (await attachment.Completion).Should().Be(AttachmentEnd.Detached);
        (await output).Should().NotContain("never");
        (await container.InspectAsync(Token)).State.Should().Be(ContainerState.Running);
        await using IAttachment again = await container.AttachAsync(new AttachOptions { Replay = true, DetachKeys = "ctrl-x" }, Token);
        await TypeAsync(again.Input, "\n");
        await ExpectAsync(again.Output, "a^Pb"); // what was held back went through
    }

    [Fact]
    public async Task Attach_Disposed_OnlyDetaches_UnlessTheInputIsForOne()
    {
        await using IContainer container = await Runtime.Containers.RunAsync(new ContainerSpec(Busybox) { Command = ["cat"], OpenStandardInput = true }, Token);
        IAttachment first = await container.AttachAsync(null, Token);
        await first.Input.DisposeAsync();
        await first.DisposeAsync();
        (await first.Completion).Should().Be(AttachmentEnd.Detached);
        (await container.InspectAsync(Token)).State.Should().Be(ContainerState.Running);

        await using IContainer once = await Runtime.Containers.RunAsync(
            new ContainerSpec(Busybox) { Command = ["cat"], OpenStandardInput = true, StandardInputOnce = true }, Token);
        await (await once.AttachAsync(null, Token)).DisposeAsync();
        (await once.WaitAsync(Token)).IsSuccess.Should().BeTrue();
    }

    [Fact]
    public async Task Attach_Refused()
    {
        await using IContainer container = await Runtime.Containers.CreateAsync(Sleeper, Token);
        (await container.Awaiting(c => c.AttachAsync(null, Token)).Should().ThrowAsync<ContainerRuntimeException>()
            .WithMessage("*You cannot attach to a stopped container, start it first*")).Which.Kind.Should().Be(RuntimeErrorKind.Conflict);
        await container.StartAsync(Token);
        (await container.Awaiting(c => c.AttachAsync(new AttachOptions { DetachKeys = "ctrl-!" }, Token)).Should().ThrowAsync<ContainerRuntimeException>()
            .WithMessage("*Unknown character: 'ctrl-!'*")).Which.Kind.Should().Be(RuntimeErrorKind.InvalidInput);
    }

    private static Task TypeAsync(Stream input, string keys) => input.WriteAsync(Encoding.UTF8.GetBytes(keys), Token).AsTask();

    // A detached stream ends; what it had not delivered is not waited for.
    private static async Task<string> ReadAsync(Stream stream)
    {
        using StreamReader reader = new(stream);
        return await reader.ReadToEndAsync(Token);
    }

    // Reads until a text has come.
    private static async Task ExpectAsync(Stream stream, string text)
    {
        StringBuilder seen = new();
        byte[] one = new byte[1];
        while (!seen.ToString().EndsWith(text, StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one, Token) == 0)
                throw new InvalidOperationException($"'{text}' did not come, but '{seen}'");
            seen.Append((char)one[0]);
        }
    }
}
