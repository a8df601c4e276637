using Coracle.Streams.Logs;

namespace Coracle.Streams.Attach;

/// <summary>One output of a running program as one attachment sees it: read from the log, so that it is complete, and nobody
/// waits for it.</summary>
internal sealed class AttachedOutput : Stream
{
    private readonly LogFrameReader _frames;
    private readonly OutputStream _output;
    private readonly CancellationToken _detached;
    private Task<bool>? _next;
    private bool _inFrame;
    private bool _over;

    /// <param name="log">The log.</param>
    /// <param name="output">Which output.</param>
    /// <param name="from">When it begins: what was written before is passed over. Null for the beginning of the log.</param>
    /// <param name="detached">Ends it.</param>
    internal AttachedOutput(ContainerLog log, OutputStream output, DateTimeOffset? from, CancellationToken detached)
    {
        _frames = new LogFrameReader(log, follow: true);
        _output = output;
        _detached = detached;
        if (from is not { } begin)
            return;
        _frames.StartAt(LogStart.FirstSince(log.Files, begin));
        PassOver(begin);
    }

    /// <inheritdoc />
    public override bool CanRead => true;

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
        if (buffer.IsEmpty)
            return 0;
        while (!_over && !_detached.IsCancellationRequested)
        {
            if (_inFrame && _frames.ReadData(buffer.Span) is > 0 and var read)
                return read;
            _inFrame = await MoveNextAsync(cancellationToken).ConfigureAwait(false) && _frames.Current.Stream == _output;
        }
        return 0;
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
            _over = true;
            _frames.Dispose();
        }
        base.Dispose(disposing);
    }

    // Up to the first frame of that time, or the end of what there is: a clock that was set back must not hide what comes.
    private void PassOver(DateTimeOffset begin)
    {
        do
        {
            _next = _frames.MoveNextAsync(_detached).AsTask();
        }
        while (_next.IsCompletedSuccessfully && _next.Result && _frames.Current.Time < begin);
    }

    // A wait outlives the read that began it: another one takes it up, and no frame is skipped.
    private async Task<bool> MoveNextAsync(CancellationToken cancellationToken)
    {
        _next ??= _frames.MoveNextAsync(_detached).AsTask();
        try
        {
            bool moved = await _next.WaitAsync(cancellationToken).ConfigureAwait(false);
            _over = !moved;
            _next = null;
            return moved;
        }
        catch (OperationCanceledException) when (_detached.IsCancellationRequested)
        {
            _over = true;
            return false;
        }
    }
}
