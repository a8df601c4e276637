using Coracle.Streams.Logs;

namespace Coracle.Engine.Lifecycle;

/// <summary>What a user holds. Several handles may stand for one container; the one that created it removes it.</summary>
internal sealed partial class ContainerHandle(ManagedContainer container, bool owns) : IContainer
{
    private bool _disposed;

    /// <inheritdoc />
    public ContainerId Id => container.Id;

    /// <inheritdoc />
    public string Name => container.Name;

    /// <inheritdoc />
    public CancellationToken Exited => container.Exited;

    /// <inheritdoc />
    public Stream StandardInput => container.StandardInput;

    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfDisposed();
        return container.StartAsync(cancellationToken);
    }

    /// <inheritdoc />
    public Task<ExitStatus> WaitAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfDisposed();
        return container.WaitAsync(WaitCondition.NotRunning, cancellationToken);
    }

    /// <inheritdoc />
    public Task KillAsync(Signal signal, CancellationToken cancellationToken = default)
    {
        ThrowIfDisposed();
        return container.KillAsync(signal, cancellationToken);
    }

    /// <inheritdoc />
    public Task<ExitStatus> StopAsync(TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        ThrowIfDisposed();
        return container.StopAsync(timeout, cancellationToken);
    }

    /// <inheritdoc />
    public Task RemoveAsync(bool force = false, CancellationToken cancellationToken = default)
    {
        ThrowIfDisposed();
        return container.RemoveAsync(force, removeVolumes: false, cancellationToken);
    }

    /// <inheritdoc />
    public Task<ContainerInfo> InspectAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfDisposed();
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(container.Inspect());
    }

    /// <inheritdoc />
    public Stream OpenOutput(OutputStream output)
    {
        ThrowIfDisposed();
        return new LogOutputStream(container.Log, output);
    }

    /// <inheritdoc />
    public IAsyncEnumerable<OutputLine> ReadLinesAsync(
        LogOptions? options = null, CancellationToken cancellationToken = default)
    {
        ThrowIfDisposed();
        return container.ReadLinesAsync(options ?? new LogOptions(), cancellationToken);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        _disposed = true;
        if (owns && !container.Record.Spec.KeepAfterDispose)
            await container.RemoveIfPresentAsync().ConfigureAwait(false);
    }

    private void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(_disposed, this);
}
