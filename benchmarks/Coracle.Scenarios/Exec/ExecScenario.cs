using System.Globalization;
using Coracle.Scenarios.Floors;
using Coracle.Scenarios.Images;
using Coracle.Scenarios.Measuring;
using Coracle.Scenarios.Peers;
using Coracle.Scenarios.Processes;

namespace Coracle.Scenarios.Exec;

/// <summary>From the call to the observed end of /bin/true in a running container of busybox without network.</summary>
internal static class ExecScenario
{
    private const int DefaultRounds = 50;
    private const int WarmUp = 2;
    private const string FloorRow = "floor in C, ms";
    private const string CrunRow = "crun exec, ms";

    private static readonly Budget[] Budgets = [new(OwnExecs.Row, 0.25, [CrunRow])];

    /// <summary>Runs and prints it.</summary>
    public static async Task<Report> RunAsync(ScenarioContext context, CancellationToken cancellationToken)
    {
        Measurements measurements = new();
        await using Field field = new(context, measurements);
        BenchRegistry registry = field.Own(await BenchRegistry.StartAsync(["busybox"], cancellationToken));
        BenchImage image = await registry.GetAsync("busybox", "busybox", "latest", cancellationToken);
        string rootfs = context.Directory.CreateDirectory("rootfs");
        await registry.ExtractAsync(image, rootfs, cancellationToken);

        OwnExecs ours = field.Own(await OwnExecs.OpenAsync(context, image.Reference, cancellationToken));
        field.Add(new Contender("coracle", ours.ExecOnceAsync));
        await field.AddPeerAsync("floor", async () =>
        {
            string program = await Floor.CompileAsync(context, "exec", cancellationToken);
            LineServer server = field.Own(new LineServer(program, ours.Pid.ToString(CultureInfo.InvariantCulture), "/bin/true"));
            return [Contender.OfOneRow("floor", FloorRow, async token => (await server.AskAsync("", token))[0] / 1000)];
        });
        await AddPeersAsync(context, field, image, rootfs, cancellationToken);
        await RoundRobin.RunAsync(measurements, field.Contenders, WarmUp, context.Options.Rounds ?? DefaultRounds, cancellationToken);
        return new Report("exec to exit of /bin/true in a running container", measurements, [OwnExecs.Row], Budgets).Print(Console.Out);
    }

    private static async Task AddPeersAsync(
        ScenarioContext context, Field field, BenchImage image, string rootfs, CancellationToken cancellationToken)
    {
        Spawner spawner = field.Own(await Spawner.StartAsync(context, cancellationToken));
        await field.AddPeerAsync("crun", async () =>
        {
            Spawner without = field.Own(await Spawner.StartWithoutHybridAsync(context, cancellationToken));
            LowLevelRuntime crun = await LowLevelRuntime.CreateAsync(context, "crun", rootfs, cancellationToken, "/bin/sleep", "100000");
            return [await OfAsync("crun", CrunRow, without, crun.RunDetached(), crun.Exec("/bin/true"), crun.Delete())];
        });
        await field.AddPeerAsync("runc", async () =>
        {
            LowLevelRuntime runc = await LowLevelRuntime.CreateAsync(context, "runc", rootfs, cancellationToken, "/bin/sleep", "100000");
            return [await OfAsync("runc", "runc exec, ms", spawner, runc.RunDetached(), runc.Exec("/bin/true"), runc.Delete())];
        });
        await field.AddPeerAsync("podman", () => OfEngineAsync(field.Own(new Podman(context)), "podman exec, ms"));
        await field.AddPeerAsync("docker", async () =>
            await OfEngineAsync(field.Own(await Docker.StartAsync(context, cancellationToken)), "docker exec, ms"));

        async Task<IReadOnlyList<Contender>> OfEngineAsync(ContainerEngine engine, string row)
        {
            await spawner.RunAsync(engine.Pull(image.Reference), cancellationToken);
            return [await OfAsync(engine.Name, row, spawner, engine.RunSleeper(image.Reference), engine.ExecTrue(), engine.RemoveSleeper())];
        }

        // The container of a peer is removed when the scenario ends, before the spawner that it is removed with.
        async Task<Contender> OfAsync(
            string name, string row, Spawner by, IReadOnlyList<string> start, IReadOnlyList<string> exec, IReadOnlyList<string> remove)
        {
            await by.RunAsync(start, cancellationToken);
            field.Own(new Removal(() => by.RunAsync(remove, CancellationToken.None)));
            return Contender.OfOneRow(name, row, token => by.RunAsync(exec, token));
        }
    }

    private sealed class Removal(Func<Task> remove) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await remove();
    }
}
