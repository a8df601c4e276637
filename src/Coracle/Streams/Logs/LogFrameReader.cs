namespace Coracle.Streams.Logs;

/// <summary>Walks the frames of a log from file to file, and on as more come. What it has not read yet is kept for it.</summary>
internal sealed class LogFrameReader : IDisposable
{
    private readonly ContainerLog _log;
    private readonly bool _follow;
    private readonly LogActivity _activity;
    // A wait may outlive its reader by a moment, and must not look into what is closed then.
    private readonly Lock _gate = new();
    private LogSegment? _segment;
    private bool _disposed;

    /// <summary>Begins at the oldest frame.</summary>
    internal LogFrameReader(ContainerLog log, bool follow)
    {
        (_log, _follow) = (log, follow);
        _activity = log.Watch();
    }

    /// <summary>Whether more may come, and is waited for. What there is when this says no is all.</summary>
    internal bool Follows
    {
        get
        {
            lock (_gate)
                return _follow && !_disposed && _activity.Mark();
        }
    }

    /// <summary>Begins at the next frame of a file instead, which is disposed with the reader.</summary>
    internal void StartAt(LogSegment? segment) => _segment = segment;

    /// <summary>The frame that <see cref="MoveNextAsync"/> came to.</summary>
    internal LogFrame Current => _segment!.Current;

    /// <summary>Where it is.</summary>
    internal LogPosition Position => new(_segment!.Number, _segment.Offset);

    /// <summary>Goes to the next frame.</summary>
    /// <param name="cancellationToken">Ends the waiting. What is there is given all the same.</param>
    /// <returns>False at the end of the log.</returns>
    /// <exception cref="ContainerRuntimeException">The end, and what came behind it is lost.</exception>
    internal ValueTask<bool> MoveNextAsync(CancellationToken cancellationToken) =>
        TryMoveNext() ? new ValueTask<bool>(true) : WaitForNextAsync(cancellationToken);

    /// <summary>The next piece of the current frame's data, good until the next call; empty at its end.</summary>
    internal ReadOnlyMemory<byte> NextData() => _segment!.NextData();

    /// <summary>Passes over data of the current frame.</summary>
    internal void Skip(int count) => _segment!.Skip(count);

    /// <summary>Reads on in the data of the current frame.</summary>
    /// <returns>0 at its end.</returns>
    internal int ReadData(Span<byte> buffer) => _segment!.ReadData(buffer);

    /// <inheritdoc />
    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed)
                return;
            _disposed = true;
            _segment?.Dispose();
            _activity.Dispose();
        }
    }

    private bool TryMoveNext()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return TryMoveNextCore();
        }
    }

    private async ValueTask<bool> WaitForNextAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            bool mayGrow = Follows;
            if (TryMoveNext())
                return true;
            if (!mayGrow)
                return _log.Failure is { } failure ? throw failure : false;
            await _activity.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private bool TryMoveNextCore()
    {
        _segment ??= _log.Files.HoldOldest();
        while (_segment is { } segment)
        {
            if (segment.TryMoveNext())
                return true;
            // A file behind it says that this one is complete: what was appended between the two looks is still to be read.
            if (!File.Exists(_log.Files.File(segment.Number + 1)))
                return false;
            if (segment.TryMoveNext())
                return true;
            _segment = _log.Files.TryHold(segment.Number + 1)
                ?? throw new ContainerRuntimeException(
                    RuntimeErrorKind.NotFound, $"read log: {_log.Files.File(segment.Number + 1)}: was removed by somebody else");
            segment.Dispose();
        }
        return false;
    }
}
