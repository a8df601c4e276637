// Follows what a container writes, line by line, while it runs; writes to its input; stops it.
//   dotnet run --project examples/StreamLogs [image]
using Coracle;

string image = args.Length > 0 ? args[0] : "busybox";
await using CoracleRuntime runtime = await CoracleRuntime.OpenAsync();

// snippet: follow
await using IContainer container = await runtime.Containers.RunAsync(new ContainerSpec(image)
{
    Command = ["sh", "-c", """
        trap 'exit 0' TERM
        while read -r word; do echo "got $word"; echo "${#word} letters" >&2; done
        sleep 1000 & wait
        """],
    OpenStandardInput = true,
});

await using (StreamWriter input = new(container.StandardInput))
{
    foreach (string word in new[] { "one", "two", "three" })
        await input.WriteLineAsync(word);
}

int lines = 0;
await foreach (OutputLine line in container.ReadLinesAsync())
{
    Console.WriteLine($"{line.Time:HH:mm:ss.fff} {(line.Stream == OutputStream.StandardError ? "err" : "out")} {line.Content}");
    if (++lines == 6)
        break;
}

ExitStatus status = await container.StopAsync(TimeSpan.FromSeconds(1));
Console.WriteLine($"stopped: {status}");
// end

// The log is kept: a reader that comes late misses nothing.
await foreach (OutputLine line in container.ReadLinesAsync(new LogOptions { StandardOutput = false }))
    Console.WriteLine($"again: {line}");
