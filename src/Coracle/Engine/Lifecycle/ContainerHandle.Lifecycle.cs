namespace Coracle.Engine.Lifecycle;

// The container's life.
internal sealed partial class ContainerHandle
{
    /// <inheritdoc />
    public Task<ExitStatus> WaitAsync(WaitCondition condition, CancellationToken cancellationToken = default)
    {
        ThrowIfDisposed();
        return container.WaitAsync(condition, cancellationToken);
    }

    /// <inheritdoc />
    public Task RestartAsync(TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        ThrowIfDisposed();
        return container.RestartAsync(timeout, cancellationToken);
    }

    /// <inheritdoc />
    public Task PauseAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfDisposed();
        return container.PauseAsync(cancellationToken);
    }

    /// <inheritdoc />
    public Task UnpauseAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfDisposed();
        return container.UnpauseAsync(cancellationToken);
    }

    /// <inheritdoc />
    public Task RenameAsync(string name, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        ThrowIfDisposed();
        return container.RenameAsync(name, cancellationToken);
    }

    /// <inheritdoc />
    public Task RemoveAsync(bool force, bool removeVolumes, CancellationToken cancellationToken = default)
    {
        ThrowIfDisposed();
        return container.RemoveAsync(force, removeVolumes, cancellationToken);
    }
}
