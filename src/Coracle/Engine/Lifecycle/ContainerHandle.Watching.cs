namespace Coracle.Engine.Lifecycle;

// Watching.
internal sealed partial class ContainerHandle
{
    /// <inheritdoc />
    public Task<ContainerStatistics> GetStatisticsAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfDisposed();
        return container.GetStatisticsAsync(cancellationToken);
    }

    /// <inheritdoc />
    public IAsyncEnumerable<ContainerStatistics> WatchStatisticsAsync(
        TimeSpan interval, CancellationToken cancellationToken = default)
    {
        ThrowIfDisposed();
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(interval, TimeSpan.Zero);
        return container.WatchStatisticsAsync(interval, cancellationToken);
    }

    /// <inheritdoc />
    public Task<IReadOnlyList<ContainerProcessInfo>> ListProcessesAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfDisposed();
        return container.ListProcessesAsync(cancellationToken);
    }

    /// <inheritdoc />
    public Task WaitUntilReadyAsync(
        ReadyCondition condition, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        ThrowIfDisposed();
        ArgumentNullException.ThrowIfNull(condition);
        return container.WaitUntilReadyAsync(condition, timeout ?? container.Record.Spec.ReadyTimeout, cancellationToken);
    }
}
