using System.Diagnostics;
using Coracle.Scenarios.Images;
using Coracle.Scenarios.Measuring;
using Coracle.Scenarios.Peers;
using Coracle.Scenarios.Processes;

namespace Coracle.Scenarios.Logs;

/// <summary>A container that writes as fast as it can, until its end; and the reading of what it wrote.</summary>
internal static class LogScenario
{
    private const int DefaultRounds = 3;
    private const int Mebibytes = 512;
    private const string WriteRow = "coracle, writing to exit, MiB/s";
    private const string FollowRow = "coracle, writing while followed by lines, MiB/s";
    private const string ReadRow = "coracle, reading lines, MiB/s";
    private const string TailRow = "coracle, last 100 lines, ms";
    private const string DockerRow = "docker, json-file, writing to exit, MiB/s";
    private const string PodmanRow = "podman, k8s-file, writing to exit, MiB/s";

    // Lines of 64 characters, of a file: head of busybox takes one byte at a time, and would be what is measured.
    private static readonly string Script =
        "yes 0123456789012345678901234567890123456789012345678901234567890123 | head -c 1m > /a; "
        + $"for i in $(seq 16); do cat /a; done > /b; for i in $(seq {Mebibytes / 16}); do cat /b; done";

    private static readonly Budget[] Budgets =
    [
        new(WriteRow, 200, [], AtLeast: true),
        new(WriteRow, 1.0, [DockerRow, PodmanRow], AtLeast: true),
    ];

    /// <summary>Runs and prints it.</summary>
    public static async Task<Report> RunAsync(ScenarioContext context, CancellationToken cancellationToken)
    {
        Measurements measurements = new();
        await using Field field = new(context, measurements);
        BenchRegistry registry = field.Own(await BenchRegistry.StartAsync(["busybox"], cancellationToken));
        BenchImage image = await registry.GetAsync("busybox", "busybox", "latest", cancellationToken);
        CoracleRuntime runtime = field.Own(await CoracleRuntime.OpenAsync(
            new CoracleRuntimeOptions { DataRoot = context.Directory.CreateDirectory("logs") }, cancellationToken));
        ContainerSpec spec = new(image.Reference) { Command = ["sh", "-c", Script] };
        field.Add(new Contender("coracle", token => TakeTurnAsync(runtime, spec, token)));

        Spawner spawner = field.Own(await Spawner.StartAsync(context, cancellationToken));
        await field.AddPeerAsync("docker", async () =>
            await OfAsync(field.Own(await Docker.StartAsync(context, cancellationToken)), DockerRow));
        await field.AddPeerAsync("podman", () => OfAsync(field.Own(new Podman(context)), PodmanRow));
        await RoundRobin.RunAsync(measurements, field.Contenders, warmUp: 1, context.Options.Rounds ?? DefaultRounds, cancellationToken);
        return new Report($"logs, {Mebibytes} MiB of lines", measurements, [WriteRow], Budgets).Print(Console.Out);

        async Task<IReadOnlyList<Contender>> OfAsync(ContainerEngine engine, string row)
        {
            await spawner.RunAsync(engine.Pull(image.Reference), cancellationToken);
            IReadOnlyList<string> command = engine.RunLogged(image.Reference, ["sh", "-c", Script]);
            return [Contender.OfOneRow(engine.Name, row, async token => Rate(await spawner.RunAsync(command, token)))];
        }
    }

    private static async Task<IReadOnlyList<Sample>> TakeTurnAsync(
        CoracleRuntime runtime, ContainerSpec spec, CancellationToken cancellationToken)
    {
        List<Sample> samples = [];
        await using (IContainer container = await runtime.Containers.RunAsync(
            spec with { Log = LogLimits.Unlimited }, cancellationToken))
        {
            long begun = Stopwatch.GetTimestamp();
            await container.WaitAsync(cancellationToken);
            samples.Add(new Sample(WriteRow, Rate(Since(begun))));

            begun = Stopwatch.GetTimestamp();
            long bytes = await ReadAsync(container, new LogOptions(), cancellationToken);
            samples.Add(new Sample(ReadRow, Rate(Since(begun))));
            if (bytes != Mebibytes * 1024L * 1024)
                throw new InvalidOperationException($"{bytes} bytes are in the log");

            begun = Stopwatch.GetTimestamp();
            await ReadAsync(container, new LogOptions { Tail = 100 }, cancellationToken);
            samples.Add(new Sample(TailRow, Since(begun)));
        }
        await using (IContainer container = await runtime.Containers.RunAsync(spec, cancellationToken))
        {
            long begun = Stopwatch.GetTimestamp();
            await ReadAsync(container, new LogOptions(), cancellationToken);
            samples.Add(new Sample(FollowRow, Rate(Since(begun))));
        }
        return samples;
    }

    // With the line end, which the last line does not have.
    private static async Task<long> ReadAsync(IContainer container, LogOptions options, CancellationToken cancellationToken)
    {
        long bytes = -1;
        await foreach (OutputLine line in container.ReadLinesAsync(options, cancellationToken))
            bytes += line.Content.Length + 1;
        return bytes;
    }

    private static double Since(long begun) => Stopwatch.GetElapsedTime(begun).TotalMilliseconds;

    private static double Rate(double milliseconds) => Mebibytes / milliseconds * 1000;
}
