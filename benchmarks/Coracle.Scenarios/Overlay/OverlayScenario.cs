using System.Diagnostics;
using Coracle.Kernel.Handles;
using Coracle.Kernel.Mounts;
using Coracle.Scenarios.Floors;
using Coracle.Scenarios.Measuring;
using Coracle.Scenarios.Processes;

namespace Coracle.Scenarios.Overlay;

/// <summary>Mounting an overlay of many layers, detached, its layers open already.</summary>
internal static class OverlayScenario
{
    private const int DefaultRounds = 200;
    private const int WarmUp = 40;
    private const double LimitOfFloor = 1.2;

    private static readonly int[] LayerCounts = [5, 60, 120, 200];

    /// <summary>Runs and prints it.</summary>
    public static async Task<Report> RunAsync(ScenarioContext context, CancellationToken cancellationToken)
    {
        Measurements measurements = new();
        await using Field field = new(context, measurements);
        List<Budget> budgets = [];
        foreach (int count in LayerCounts)
        {
            (string ours, string floor) = ($"coracle, {count} layers, us", $"floor in C, {count} layers, us");
            MakeLayers(context, $"overlay/ours-{count}", count);
            string directory = MakeLayers(context, $"overlay/floor-{count}", count);
            field.Add(Contender.OfOneRow("coracle", ours, _ => Task.FromResult(MountOnce(context, count))));
            await field.AddPeerAsync("floor", async () =>
            {
                string program = await Floor.CompileAsync(context, "overlay", cancellationToken);
                LineServer server = field.Own(new LineServer(program, directory, $"{count}"));
                return [Contender.OfOneRow("floor", floor, async token => (await server.AskAsync("", token))[0])];
            });
            budgets.Add(new Budget(ours, LimitOfFloor, [floor]));
        }
        await RoundRobin.RunAsync(
            measurements, field.Contenders, WarmUp, context.Options.Rounds ?? DefaultRounds, cancellationToken);
        return new Report("overlay: one mount", measurements, [], budgets).Print(Console.Out);
    }

    private static string MakeLayers(ScenarioContext context, string directory, int count)
    {
        for (int layer = 0; layer < count; layer++)
            context.Directory.CreateDirectory($"{directory}/{layer}");
        context.Directory.CreateDirectory($"{directory}/upper");
        context.Directory.CreateDirectory($"{directory}/work");
        return context.Directory[directory];
    }

    private static double MountOnce(ScenarioContext context, int count)
    {
        string directory = context.Directory[$"overlay/ours-{count}"];
        List<FileDescriptor> layers = [];
        try
        {
            for (int layer = count - 1; layer >= 0; layer--)
                layers.Add(MountFactory.OpenDirectory($"{directory}/{layer}", "open layer"));
            Mount.Overlay overlay = new(
                [.. layers.Select(layer => new LowerLayer.Opened(layer))], $"{directory}/upper", $"{directory}/work");
            long start = Stopwatch.GetTimestamp();
            using FileDescriptor mount = MountFactory.Create(overlay);
            return Stopwatch.GetElapsedTime(start).TotalMicroseconds;
        }
        finally
        {
            foreach (FileDescriptor layer in layers)
                layer.Dispose();
            // What it left would be cleaned by the next mount, in its time.
            string left = Path.Combine(directory, "work", "work");
            if (Directory.Exists(left))
                Directory.Delete(left);
        }
    }
}
