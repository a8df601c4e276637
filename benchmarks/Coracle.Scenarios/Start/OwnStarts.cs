using System.Diagnostics;
using Coracle.Scenarios.Measuring;

namespace Coracle.Scenarios.Start;

/// <summary>Our turns: /bin/true in a new container of an image, by the public interface.</summary>
internal sealed class OwnStarts : IAsyncDisposable
{
    public const string Row = "coracle, start to exit, ms";
    public const string StartedRow = "coracle, RunAsync returned, ms";
    public const string RemovalRow = "coracle, removal, ms";

    // Methods are optimised after thirty calls, in the background, a few at a time: measured, it is at rest after this.
    private const int WarmUp = 300;

    private readonly CoracleRuntime _runtime;
    private readonly ContainerSpec _spec;

    private OwnStarts(CoracleRuntime runtime, ContainerSpec spec) => (_runtime, _spec) = (runtime, spec);

    /// <summary>Opens a runtime of its own, pulls the image and warms up.</summary>
    public static async Task<OwnStarts> OpenAsync(ScenarioContext context, string image, CancellationToken cancellationToken)
    {
        CoracleRuntimeOptions options = new() { DataRoot = context.Directory.CreateDirectory("start") };
        CoracleRuntime runtime = await CoracleRuntime.OpenAsync(options, cancellationToken);
        OwnStarts starts = new(runtime, new ContainerSpec(image) { Command = ["/bin/true"] });
        for (int i = 0; i < WarmUp; i++)
            await starts.StartOnceAsync(cancellationToken);
        return starts;
    }

    /// <summary>One container, from nothing to removed.</summary>
    public async Task<IReadOnlyList<Sample>> StartOnceAsync(CancellationToken cancellationToken)
    {
        long begun = Stopwatch.GetTimestamp();
        IContainer container = await _runtime.Containers.RunAsync(_spec, cancellationToken);
        TimeSpan started = Stopwatch.GetElapsedTime(begun);
        ExitStatus status = await container.WaitAsync(cancellationToken);
        TimeSpan exited = Stopwatch.GetElapsedTime(begun);
        await container.DisposeAsync();
        TimeSpan removed = Stopwatch.GetElapsedTime(begun);
        if (!status.IsSuccess)
            throw new InvalidOperationException($"/bin/true: {status}");
        return
        [
            new Sample(Row, exited.TotalMilliseconds),
            new Sample(StartedRow, started.TotalMilliseconds),
            new Sample(RemovalRow, (removed - exited).TotalMilliseconds),
        ];
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _runtime.DisposeAsync();
}
