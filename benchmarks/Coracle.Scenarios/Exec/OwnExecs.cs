using System.Diagnostics;
using Coracle.Scenarios.Measuring;

namespace Coracle.Scenarios.Exec;

/// <summary>Our turns: /bin/true in a running container, by the public interface.</summary>
internal sealed class OwnExecs : IAsyncDisposable
{
    public const string Row = "coracle, exec to exit, ms";
    public const string StartedRow = "coracle, ExecAsync returned, ms";

    // Methods are optimised after thirty calls, in the background, a few at a time: measured, it is at rest after this.
    private const int WarmUp = 300;

    private static readonly ExecSpec True = new("/bin/true");

    private readonly CoracleRuntime _runtime;
    private readonly IContainer _container;

    private OwnExecs(CoracleRuntime runtime, IContainer container, int pid) => (_runtime, _container, Pid) = (runtime, container, pid);

    /// <summary>The pid of the container's first process.</summary>
    public int Pid { get; }

    /// <summary>Opens a runtime of its own, starts a container and warms up.</summary>
    public static async Task<OwnExecs> OpenAsync(ScenarioContext context, string image, CancellationToken cancellationToken)
    {
        CoracleRuntimeOptions options = new() { DataRoot = context.Directory.CreateDirectory("exec") };
        CoracleRuntime runtime = await CoracleRuntime.OpenAsync(options, cancellationToken);
        IContainer container = await runtime.Containers.RunAsync(
            new ContainerSpec(image) { Command = ["/bin/sleep", "100000"], StopTimeout = TimeSpan.Zero }, cancellationToken);
        OwnExecs execs = new(runtime, container, (await container.InspectAsync(cancellationToken)).Pid ?? 0);
        for (int i = 0; i < WarmUp; i++)
            await execs.ExecOnceAsync(cancellationToken);
        return execs;
    }

    /// <summary>One program.</summary>
    public async Task<IReadOnlyList<Sample>> ExecOnceAsync(CancellationToken cancellationToken)
    {
        long begun = Stopwatch.GetTimestamp();
        await using IContainerProcess process = await _container.ExecAsync(True, cancellationToken);
        TimeSpan started = Stopwatch.GetElapsedTime(begun);
        ExitStatus status = await process.WaitAsync(cancellationToken);
        TimeSpan exited = Stopwatch.GetElapsedTime(begun);
        if (!status.IsSuccess)
            throw new InvalidOperationException($"/bin/true: {status}");
        return [new Sample(Row, exited.TotalMilliseconds), new Sample(StartedRow, started.TotalMilliseconds)];
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _container.DisposeAsync();
        await _runtime.DisposeAsync();
    }
}
