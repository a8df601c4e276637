using System.Diagnostics;
using System.Globalization;

namespace Coracle.Scenarios.Pull;

/// <summary>
/// Our pulls, in a process of their own, so that its memory is that of the library: this program again, as a server that is
/// asked for one pull a line.
/// </summary>
internal static class PullWorker
{
    /// <summary>The argument that makes this program the worker.</summary>
    public const string Verb = "pull-worker";

    /// <summary>Answers requests of data root, layer format and reference, separated by tabs, until the input ends.</summary>
    public static async Task<int> RunAsync()
    {
        while (await Console.In.ReadLineAsync() is { } request)
        {
            string[] parts = request.Split('\t');
            double[] answer = await PullAsync(parts[0], Enum.Parse<LayerFormat>(parts[1]), parts[2]);
            await Console.Out.WriteLineAsync(
                string.Join(' ', answer.Select(value => value.ToString("R", CultureInfo.InvariantCulture))));
        }
        return 0;
    }

    // Milliseconds of the pull, kilobytes of the peak above what was there before, bytes allocated.
    private static async Task<double[]> PullAsync(string dataRoot, LayerFormat format, string reference)
    {
        CoracleRuntimeOptions options = new() { DataRoot = dataRoot, LayerFormat = format };
        await using CoracleRuntime runtime = await CoracleRuntime.OpenAsync(options);
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        long idle = ReadStatus("VmRSS:");
        // proc(5): 5 resets the peak to what is resident now.
        await File.WriteAllTextAsync("/proc/self/clear_refs", "5");
        long allocated = GC.GetTotalAllocatedBytes(precise: true);

        long begun = Stopwatch.GetTimestamp();
        await runtime.Images.PullAsync(reference);
        TimeSpan taken = Stopwatch.GetElapsedTime(begun);

        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        return [taken.TotalMilliseconds, ReadStatus("VmHWM:") - idle, allocated];
    }

    private static long ReadStatus(string name)
    {
        string line = File.ReadLines("/proc/self/status").First(line => line.StartsWith(name, StringComparison.Ordinal));
        return long.Parse(line[name.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
    }
}
