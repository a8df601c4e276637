using Coracle.Scenarios.Floors;
using Coracle.Scenarios.Images;
using Coracle.Scenarios.Measuring;
using Coracle.Scenarios.Peers;
using Coracle.Scenarios.Processes;

namespace Coracle.Scenarios.Start;

/// <summary>From the call to the observed end of /bin/true in a new container of busybox without network.</summary>
internal static class StartScenario
{
    private const int DefaultRounds = 50;
    private const int WarmUp = 2;
    private const string FloorRow = "floor in C, ms";
    private const string CrunRow = "crun run, ms";
    private const string DockerRow = "docker run --rm, ms";

    private static readonly Budget[] Budgets =
    [
        new(OwnStarts.Row, 0.30, [CrunRow]),
        new(OwnStarts.Row, 0.015, [DockerRow]),
        new(OwnStarts.Row, 1.5, [FloorRow]),
    ];

    /// <summary>Runs and prints it.</summary>
    public static async Task<IReadOnlyList<Report>> RunAsync(ScenarioContext context, CancellationToken cancellationToken)
    {
        Measurements measurements = new();
        await using Field field = new(context, measurements);
        BenchRegistry registry = field.Own(await BenchRegistry.StartAsync(["busybox"], cancellationToken));
        BenchImage image = await registry.GetAsync("busybox", "busybox", "latest", cancellationToken);
        string rootfs = context.Directory.CreateDirectory("rootfs");
        await registry.ExtractAsync(image, rootfs, cancellationToken);

        OwnStarts ours = field.Own(await OwnStarts.OpenAsync(context, image.Reference, cancellationToken));
        field.Add(new Contender("coracle", ours.StartOnceAsync));
        await AddPeersAsync(context, field, image, rootfs, cancellationToken);
        int rounds = context.Options.Rounds ?? DefaultRounds;
        await RoundRobin.RunAsync(measurements, field.Contenders, WarmUp, rounds, cancellationToken);
        return
        [
            new Report("start to exit of /bin/true, one at a time", measurements, [OwnStarts.Row], Budgets).Print(Console.Out),
            await HostMemory.RunAsync(ours, rounds, cancellationToken),
            await Throughput.RunAsync(context, ours, rootfs, cancellationToken),
        ];
    }

    private static async Task AddPeersAsync(
        ScenarioContext context, Field field, BenchImage image, string rootfs, CancellationToken cancellationToken)
    {
        Spawner spawner = field.Own(await Spawner.StartAsync(context, cancellationToken));
        string bare = Path.Combine(rootfs, "bin", "true");
        await field.AddPeerAsync("floor", () => Task.FromResult<IReadOnlyList<Contender>>(
            [Contender.OfOneRow("bare exec", "bare exec of the same busybox, ms", token => spawner.RunAsync([bare], token))]));
        await field.AddPeerAsync("floor", async () =>
        {
            string program = await Floor.CompileAsync(context, "start", cancellationToken);
            LineServer server = field.Own(new LineServer(program, rootfs, context.Directory.CreateDirectory("floor-start")));
            return [new Contender("floor", async token =>
            {
                double[] answer = await server.AskAsync("", token);
                return [new Sample(FloorRow, answer[0] / 1000), new Sample("floor in C, removal, ms", answer[1] / 1000)];
            })];
        });
        await field.AddPeerAsync("crun", async () =>
        {
            Spawner without = field.Own(await Spawner.StartWithoutHybridAsync(context, cancellationToken));
            return [OfRuntime(await LowLevelRuntime.CreateAsync(context, "crun", rootfs, cancellationToken), CrunRow, without)];
        });
        await field.AddPeerAsync("runc", async () =>
            [OfRuntime(await LowLevelRuntime.CreateAsync(context, "runc", rootfs, cancellationToken), "runc run, ms", spawner)]);
        await field.AddPeerAsync("podman", () => OfEngineAsync(field.Own(new Podman(context)), "podman run --rm, ms"));
        await field.AddPeerAsync("docker", async () =>
            await OfEngineAsync(field.Own(await Docker.StartAsync(context, cancellationToken)), DockerRow));

        async Task<IReadOnlyList<Contender>> OfEngineAsync(ContainerEngine engine, string row)
        {
            await spawner.RunAsync(engine.Pull(image.Reference), cancellationToken);
            IReadOnlyList<string> command = engine.RunTrue(image.Reference);
            return [Contender.OfOneRow(engine.Name, row, token => spawner.RunAsync(command, token))];
        }
    }

    private static Contender OfRuntime(LowLevelRuntime runtime, string row, Spawner spawner) =>
        Contender.OfOneRow(runtime.Name, row, token => spawner.RunAsync(runtime.Run(), token));
}
