// An interactive shell in a container, in this terminal: as `docker run -it --rm`. Ctrl-P Ctrl-Q leaves it.
//   dotnet run --project examples/Shell [image [command...]]
using System.Runtime.InteropServices;
using Coracle;

string image = args.Length > 0 ? args[0] : "busybox";
string[] command = args.Length > 1 ? args[1..] : ["sh"];
await using CoracleRuntime runtime = await CoracleRuntime.OpenAsync();

if (HostTerminal.Size is not { } size)
{
    // No terminal here: a command in a running container, with its output and exit code.
    await using IContainer server = await runtime.Containers.RunAsync(new ContainerSpec(image) { Command = ["sleep", "60"] });
    ContainerResult result = await server.ExecToEndAsync(new ExecSpec("sh", "-c", "read name; echo \"hello $name from $(hostname)\""), "nobody");
    Console.Write(result.StandardOutput);
    return result.Status.ExitCode;
}

// snippet: shell
await using IContainer container = await runtime.Containers.RunAsync(
    new ContainerSpec(image) { Command = command, Terminal = size, OpenStandardInput = true });
await using IAttachment attachment = await container.AttachAsync(new AttachOptions { Replay = true });

AttachmentEnd end;
using (HostTerminal.EnterRawMode())
using (PosixSignalRegistration.Create(PosixSignal.SIGWINCH, async _ => await ResizeAsync()))
{
    Task output = attachment.Output.CopyToAsync(Console.OpenStandardOutput());
    _ = HostTerminal.OpenInput().CopyToAsync(attachment.Input);
    end = await attachment.Completion;
    await output;
}
// end

if (end == AttachmentEnd.Detached)
{
    Console.WriteLine("detached: the container ends with this program");
    return 0;
}
return (await container.WaitAsync()).ExitCode;

async Task ResizeAsync()
{
    try
    {
        if (HostTerminal.Size is { } changed)
            await attachment.ResizeTerminalAsync(changed);
    }
    catch (ContainerRuntimeException)
    {
        // It has ended meanwhile.
    }
}
