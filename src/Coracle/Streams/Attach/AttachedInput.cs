namespace Coracle.Streams.Attach;

/// <summary>The input of one attachment: on the way to the program, the detach keys are taken out.</summary>
/// <param name="input">The program's input.</param>
/// <param name="keys">The detach keys; empty for none.</param>
/// <param name="closesInput">Whether closing this closes the program's input.</param>
/// <param name="detach">Called when the keys were typed.</param>
internal sealed class AttachedInput(Stream input, byte[] keys, bool closesInput, Action detach) : Stream
{
    private readonly DetachFilter _filter = new(keys);
    private readonly SemaphoreSlim _turn = new(1, 1);
    private volatile bool _closed;

    /// <inheritdoc />
    public override bool CanRead => false;

    /// <inheritdoc />
    public override bool CanSeek => false;

    /// <inheritdoc />
    public override bool CanWrite => !_closed;

    /// <inheritdoc />
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc />
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc />
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            bool detached = _filter.Take(buffer.Span, out ReadOnlyMemory<byte> passed);
            await input.WriteAsync(passed, cancellationToken).ConfigureAwait(false);
            if (!detached)
                return;
            _closed = true;
            detach();
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc />
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc />
    public override void Write(byte[] buffer, int offset, int count) =>
        WriteAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    /// <inheritdoc />
    public override void Flush() { }

    /// <inheritdoc />
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc />
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc />
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _closed = true;
            if (closesInput)
                input.Dispose();
        }
        base.Dispose(disposing);
    }
}
