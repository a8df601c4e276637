using Coracle.Kernel.Handles;
using Coracle.Kernel.Polling;

namespace Coracle.Streams.Attach;

/// <summary>An output of a program, straight from its pipe or terminal. Reading waits while it is empty; what nobody reads
/// makes the program wait.</summary>
/// <param name="pipe">The end to read from, non-blocking. Closed with the stream.</param>
internal sealed class ProcessOutputStream(FileDescriptor pipe) : Stream
{
    private readonly CancellationTokenSource _closed = new();

    /// <inheritdoc />
    public override bool CanRead => !pipe.IsClosed;

    /// <inheritdoc />
    public override bool CanSeek => false;

    /// <inheritdoc />
    public override bool CanWrite => false;

    /// <inheritdoc />
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc />
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc />
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (buffer.IsEmpty)
            return 0;
        while (true)
        {
            ObjectDisposedException.ThrowIf(pipe.IsClosed, this);
            int read = Pipe.Read(pipe, buffer.Span);
            if (read >= 0)
                return read;
            await WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc />
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc />
    public override int Read(byte[] buffer, int offset, int count) =>
        ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    /// <inheritdoc />
    public override void Flush() { }

    /// <inheritdoc />
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc />
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc />
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _closed.Cancel();
            pipe.Dispose();
        }
        base.Dispose(disposing);
    }

    // A read that waits must not hold the pipe open for ever when the stream is closed.
    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closed.Token);
        try
        {
            await Reactor.Shared.WaitReadableAsync(pipe, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new ObjectDisposedException(GetType().FullName);
        }
    }
}
