namespace Coracle.Engine.Lifecycle;

// Further programs.
internal sealed partial class ContainerHandle
{
    /// <inheritdoc />
    public Task<IContainerProcess> ExecAsync(ExecSpec spec, CancellationToken cancellationToken = default)
    {
        ThrowIfDisposed();
        ArgumentNullException.ThrowIfNull(spec);
        return container.ExecAsync(spec, cancellationToken);
    }
}
