using Coracle.Scenarios.Floors;
using Coracle.Scenarios.Images;
using Coracle.Scenarios.Measuring;
using Coracle.Scenarios.Peers;
using Coracle.Scenarios.Processes;
using Coracle.TestSupport;

namespace Coracle.Scenarios.Pull;

/// <summary>A cold pull, unpacked, from a registry on the loopback interface.</summary>
internal static class PullScenario
{
    private const int DefaultRounds = 3;
    private const int WarmUp = 1;
    private const double PeakMiB = 64;
    private const double AllocatedPercent = 1;

    private const string DockerRow = "docker pull, s";
    private const string PodmanRow = "podman pull, s";
    private const string UmociRow = "skopeo copy + umoci unpack, s";
    private const string FloorFilesRow = "floor A in C: inflate, create files, s";
    private const string FloorFileRow = "floor B in C: inflate, one file a layer, s";

    // The limit is that of EROFS against the better of docker and podman.
    private static readonly (string Name, string Fixture, string Repository, string Tag, double Limit)[] AllImages =
    [
        ("base", "debian", "debian", "bookworm", 0.25),
        ("npm", "", NpmImage.Repository, NpmImage.Tag, 0.15),
        ("pg", "postgres", "postgres", "15", 0.25),
        ("layers", "hundred", "hundred", "latest", 0.25),
    ];

    /// <summary>Runs and prints it, an image after the other.</summary>
    public static async Task<IReadOnlyList<Report>> RunAsync(ScenarioContext context, CancellationToken cancellationToken)
    {
        (string Name, string Fixture, string Repository, string Tag, double Limit)[] chosen =
            [.. AllImages.Where(image => context.Options.Images?.Contains(image.Name) ?? true)];
        string[] fixtures = [.. chosen.Select(image => image.Fixture).Where(fixture => fixture.Length > 0)];
        await using BenchRegistry registry = await BenchRegistry.StartAsync(fixtures, cancellationToken);
        List<Report> reports = [];
        foreach ((string name, string _, string repository, string tag, double limit) in chosen)
        {
            BenchImage image = await registry.GetAsync(name, repository, tag, cancellationToken);
            reports.Add(await RunAsync(context, registry, image, limit, cancellationToken));
        }
        return reports;
    }

    private static async Task<Report> RunAsync(
        ScenarioContext context, BenchRegistry registry, BenchImage image, double erofsLimit, CancellationToken cancellationToken)
    {
        Measurements measurements = new();
        await using Field field = new(context, measurements);
        OwnPulls directory = field.Own(new OwnPulls(context, LayerFormat.Directory));
        OwnPulls erofs = field.Own(new OwnPulls(context, LayerFormat.Erofs));
        foreach (OwnPulls ours in (OwnPulls[])[directory, erofs])
        {
            field.Add(new Contender(ours.Row, token => ours.PullWarmAsync(image, token)));
            field.Add(new Contender(ours.FirstRow, token => ours.PullFirstAsync(image, token)));
        }
        await AddPeersAsync(context, field, registry, image, cancellationToken);
        await RoundRobin.RunAsync(
            measurements, field.Contenders, WarmUp, context.Options.Rounds ?? DefaultRounds, cancellationToken);
        Budget[] budgets =
        [
            new(directory.Row, 0.5, [DockerRow, PodmanRow]),
            new(directory.Row, 1.6, [FloorFilesRow]),
            new(erofs.Row, erofsLimit, [DockerRow, PodmanRow]),
            .. ((OwnPulls[])[directory, erofs]).SelectMany(ours => (Budget[])
            [
                new(ours.PeakRow, PeakMiB, []),
                new(ours.FirstPeakRow, PeakMiB, []),
                new(ours.AllocatedRow, AllocatedPercent, []),
            ]),
        ];
        return new Report($"cold pull of {image}", measurements, [directory.Row, erofs.Row], budgets).Print(Console.Out);
    }

    private static async Task AddPeersAsync(
        ScenarioContext context, Field field, BenchRegistry registry, BenchImage image, CancellationToken cancellationToken)
    {
        Spawner spawner = field.Own(await Spawner.StartAsync(context, cancellationToken));
        await field.AddPeerAsync("docker", async () =>
            [OfEngine(field.Own(await Docker.StartAsync(context, cancellationToken)), DockerRow)]);
        await field.AddPeerAsync("podman", () =>
            Task.FromResult<IReadOnlyList<Contender>>([OfEngine(field.Own(new Podman(context)), PodmanRow)]));
        await field.AddPeerAsync("skopeo", () => Task.FromResult<IReadOnlyList<Contender>>([OfDirectory(
            "skopeo", UmociRow, directory => SkopeoUmoci.Pull(image.Reference, context.Directory.CreateDirectory(directory)))]));
        await field.AddPeerAsync("floor", async () =>
        {
            string program = await Floor.CompileAsync(context, "pull", cancellationToken);
            return
            [
                OfDirectory("floor A", FloorFilesRow, directory => FloorCommand(program, "files", directory)),
                OfDirectory("floor B", FloorFileRow, directory => FloorCommand(program, "file", directory)),
            ];
        });

        IReadOnlyList<string> FloorCommand(string program, string mode, string directory) =>
            [program, mode, "127.0.0.1", $"{registry.Port}", image.Repository, context.Directory[directory], .. image.Layers];

        Contender OfEngine(ContainerEngine engine, string row) => Contender.OfOneRow(engine.Name, row, async token =>
        {
            await Tool.RunAsync("sync", [], token);
            double milliseconds = await spawner.RunAsync(engine.Pull(image.Reference), token);
            await engine.RemoveImageAsync(image.Reference, token);
            return milliseconds / 1000;
        });

        Contender OfDirectory(string name, string row, Func<string, IReadOnlyList<string>> command)
        {
            string directory = $"pull/{name.Replace(' ', '-')}";
            return Contender.OfOneRow(name, row, async token =>
            {
                await Tool.RunAsync("sync", [], token);
                double milliseconds = await spawner.RunAsync(command(directory), token);
                await Tool.RunAsync("rm", ["-rf", "--one-file-system", context.Directory[directory]], token);
                return milliseconds / 1000;
            });
        }
    }
}
