namespace Coracle.Engine.Lifecycle;

// The terminal and the streams of the program.
internal sealed partial class ContainerHandle
{
    /// <inheritdoc />
    public Task<IAttachment> AttachAsync(AttachOptions? options = null, CancellationToken cancellationToken = default)
    {
        ThrowIfDisposed();
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult<IAttachment>(container.Attach(options ?? new AttachOptions()));
    }

    /// <inheritdoc />
    public Task ResizeTerminalAsync(TerminalSize size, CancellationToken cancellationToken = default)
    {
        ThrowIfDisposed();
        cancellationToken.ThrowIfCancellationRequested();
        container.ResizeTerminal(size);
        return Task.CompletedTask;
    }
}
