using Coracle.Scenarios.Images;
using Coracle.Scenarios.Measuring;
using Coracle.Scenarios.Processes;
using Coracle.TestSupport;

namespace Coracle.Scenarios.Pull;

/// <summary>Our turns: a cold pull in one layer format.</summary>
internal sealed class OwnPulls(ScenarioContext context, LayerFormat format) : IAsyncDisposable
{
    private const double Kilobyte = 1024;

    private readonly string _name = $"coracle {format.ToString().ToLowerInvariant()}";
    private readonly LineServer _warm = StartWorker();
    private int _roots;

    /// <summary>The row of the time.</summary>
    public string Row => $"{_name}, s";

    /// <summary>The row of the peak of memory above what the process had before.</summary>
    public string PeakRow => $"{_name}, peak memory above idle, MiB";

    /// <summary>The row of what was allocated, against the bytes of the layers' archives.</summary>
    public string AllocatedRow => $"{_name}, allocated of streamed, %";

    /// <summary>The row of the first pull of a process, which also loads and compiles the code.</summary>
    public string FirstRow => $"{_name}, first of a process, s";

    /// <summary>The row of the peak of memory in the first pull of a process.</summary>
    public string FirstPeakRow => $"{_name}, first of a process, peak, MiB";

    /// <summary>Pulls in a process that has pulled before.</summary>
    public async Task<IReadOnlyList<Sample>> PullWarmAsync(BenchImage image, CancellationToken cancellationToken)
    {
        double[] answer = await PullAsync(_warm, image, cancellationToken);
        return
        [
            new Sample(Row, answer[0] / 1000),
            new Sample(PeakRow, answer[1] / Kilobyte),
            new Sample(AllocatedRow, 100 * answer[2] / image.UncompressedSize),
        ];
    }

    /// <summary>Pulls in a new process.</summary>
    public async Task<IReadOnlyList<Sample>> PullFirstAsync(BenchImage image, CancellationToken cancellationToken)
    {
        await using LineServer worker = StartWorker();
        double[] answer = await PullAsync(worker, image, cancellationToken);
        return [new Sample(FirstRow, answer[0] / 1000), new Sample(FirstPeakRow, answer[1] / Kilobyte)];
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _warm.DisposeAsync();

    private async Task<double[]> PullAsync(LineServer worker, BenchImage image, CancellationToken cancellationToken)
    {
        string root = context.Directory.CreateDirectory($"pull/{format}-{_roots++}");
        await Tool.RunAsync("sync", [], cancellationToken);
        double[] answer = await worker.AskAsync($"{root}\t{format}\t{image.Reference}", cancellationToken);
        await Tool.RunAsync("rm", ["-rf", "--one-file-system", root], cancellationToken);
        return answer;
    }

    private static LineServer StartWorker() => new(Environment.ProcessPath!, PullWorker.Verb);
}
