using System.Diagnostics;
using Coracle.Scenarios.Measuring;
using Coracle.Scenarios.Peers;
using Coracle.Scenarios.Processes;

namespace Coracle.Scenarios.Start;

/// <summary>How many containers a second start, run, exit and are removed, eight at a time.</summary>
internal static class Throughput
{
    private const int Ways = 8;
    private const int OwnBatch = 160;
    private const int PeerBatch = 40;
    private const int Rounds = 5;
    private const double Limit = 90;
    private const string OwnRow = "coracle, starts/s";

    /// <summary>Runs and prints it.</summary>
    public static async Task<Report> RunAsync(
        ScenarioContext context, OwnStarts ours, string rootfs, CancellationToken cancellationToken)
    {
        Measurements measurements = new();
        await using Field field = new(context, measurements);
        field.Add(Contender.OfOneRow("coracle", OwnRow, token => MeasureAsync(OwnBatch, _ => ours.StartOnceAsync(token))));
        await field.AddPeerAsync("crun", async () =>
        {
            LowLevelRuntime crun = await LowLevelRuntime.CreateAsync(context, "crun", rootfs, cancellationToken);
            List<Spawner> spawners = [];
            for (int way = 0; way < Ways; way++)
                spawners.Add(field.Own(await Spawner.StartWithoutHybridAsync(context, cancellationToken)));
            return [Contender.OfOneRow("crun", "crun run, starts/s",
                token => MeasureAsync(PeerBatch, way => spawners[way].RunAsync(crun.Run(), token)))];
        });
        await RoundRobin.RunAsync(measurements, field.Contenders, warmUp: 1, Rounds, cancellationToken);
        return new Report($"start to removed, {Ways} at a time", measurements, [OwnRow],
            [new Budget(OwnRow, Limit, [], AtLeast: true)]).Print(Console.Out);
    }

    private static async Task<double> MeasureAsync(int batch, Func<int, Task> startAsync)
    {
        long begun = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Ways).Select(way => Task.Run(async () =>
        {
            for (int i = 0; i < batch / Ways; i++)
                await startAsync(way);
        })));
        return batch / Stopwatch.GetElapsedTime(begun).TotalSeconds;
    }
}
