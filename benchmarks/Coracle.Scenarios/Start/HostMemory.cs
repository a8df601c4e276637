using System.Runtime.InteropServices;
using Coracle.Scenarios.Measuring;

namespace Coracle.Scenarios.Start;

/// <summary>Whether a start takes longer when the host program is large: a fork copies its page tables, a spawn does not.</summary>
internal static class HostMemory
{
    private const nuint Touched = 1 << 30;
    private const int Blocks = 3;
    private const string AloneRow = "coracle, host small, ms";
    private const string TouchedRow = "coracle, host with 1 GiB touched, ms";

    // No dependence, as far as two medians of one machine can say.
    private const double Limit = 1.15;

    /// <summary>Runs and prints it.</summary>
    public static async Task<Report> RunAsync(OwnStarts ours, int rounds, CancellationToken cancellationToken)
    {
        Measurements measurements = new();
        for (int block = 0; block < Blocks; block++)
        {
            await MeasureAsync(AloneRow);
            nint memory = Touch();
            await MeasureAsync(TouchedRow);
            Free(memory);
        }
        return new Report("start to exit, and the size of the host program", measurements, [],
            [new Budget(TouchedRow, Limit, [AloneRow])]).Print(Console.Out);

        async Task MeasureAsync(string row)
        {
            for (int i = 0; i < Math.Max(1, rounds / Blocks); i++)
                measurements.Add(new Sample(row, (await ours.StartOnceAsync(cancellationToken))[0].Value));
        }
    }

    private static unsafe nint Touch()
    {
        byte* memory = (byte*)NativeMemory.Alloc(Touched);
        for (nuint at = 0; at < Touched; at += (nuint)Environment.SystemPageSize)
            memory[at] = 1;
        return (nint)memory;
    }

    private static unsafe void Free(nint memory) => NativeMemory.Free((void*)memory);
}
