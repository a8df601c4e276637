using System.Diagnostics.CodeAnalysis;
using Coracle.Isolation.Cgroups;
using Coracle.Isolation.Launch;
using Coracle.Kernel.Processes;

namespace Coracle.Engine.Lifecycle;

/// <summary>A further program in a container.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The token outlives the program, and its source has neither timer nor wait handle")]
internal sealed class ExecProcess : IContainerProcess
{
    private readonly ContainerProcess _process;
    private readonly CgroupPart _part;
    private readonly ExecStreams _streams;
    private readonly CancellationTokenSource _exited = new();
    private Task _watch = Task.CompletedTask;
    private int _disposed;

    internal ExecProcess(ContainerProcess process, CgroupPart part, ExecStreams streams)
    {
        _process = process;
        _part = part;
        _streams = streams;
        Exited = _exited.Token;
    }

    /// <inheritdoc />
    public int Pid => _process.Pid;

    /// <inheritdoc />
    public CancellationToken Exited { get; }

    /// <inheritdoc />
    public Stream StandardInput => _streams.Input
        ?? throw new InvalidOperationException("the standard input of the program is not open (set ExecSpec.OpenStandardInput)");

    /// <inheritdoc />
    public Stream StandardOutput => _streams.Output;

    /// <inheritdoc />
    public Stream StandardError => _streams.Error;

    /// <summary>Begins to watch for the end.</summary>
    /// <param name="after">Told when the program has ended.</param>
    internal void Watch(Action<ExitStatus> after) => _watch = WatchAsync(after);

    /// <inheritdoc />
    public Task<ExitStatus> WaitAsync(CancellationToken cancellationToken = default) =>
        _process.Exited.WaitAsync(cancellationToken);

    /// <inheritdoc />
    public Task KillAsync(Signal signal, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (signal.Number == 0)
            throw new ArgumentException("the default value is no signal", nameof(signal));
        if (!_process.Exited.IsCompleted && !_process.Descriptor.IsClosed)
            _process.Signal(signal);
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task ResizeTerminalAsync(TerminalSize size, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        (_streams.Terminal ?? throw new InvalidOperationException("the program has no terminal (set ExecSpec.Terminal)")).Resize(size);
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            if (!_process.Exited.IsCompleted)
                await KillAllAsync().ConfigureAwait(false);
            await _streams.DisposeAsync().ConfigureAwait(false);
        }
        await _watch.ConfigureAwait(false);
        _process.Dispose();
    }

    // The program first: then nothing that it starts escapes. It leads a session and a group; what left them is found by the
    // control group.
    private async Task KillAllAsync()
    {
        _process.Signal(Signal.Kill);
        if (!_part.IsSeparate && !ChildProcess.HasEnded(_process.Descriptor))
            ChildProcess.KillGroup(Pid);
        await _part.KillAsync(CancellationToken.None).ConfigureAwait(false);
    }

    private async Task WatchAsync(Action<ExitStatus> after)
    {
        try
        {
            ExitStatus status = await _process.Exited.ConfigureAwait(false);
            after(status);
        }
        catch (ContainerRuntimeException)
        {
            // Other code has reaped it: whoever waits for the status is told so.
        }
        _part.Release();
        try
        {
            await _exited.CancelAsync().ConfigureAwait(false);
        }
        catch (AggregateException)
        {
            // A callback of the user's on the token; nobody waits for this.
        }
    }
}
