namespace Coracle.Streams.Logs;

/// <summary>Cuts the frames that a reader wants into lines.</summary>
internal sealed class LogLineReader : IDisposable
{
    private readonly LogSelection _selection;
    private readonly LogStart _start;
    private readonly LogFrameReader _frames;
    private readonly PartialLine _output = new(OutputStream.StandardOutput);
    private readonly PartialLine _error = new(OutputStream.StandardError);
    private ReadOnlyMemory<byte> _data;
    private bool _inFrame;

    private LogLineReader(LogSelection selection, LogStart start, LogFrameReader frames) =>
        (_selection, _start, _frames) = (selection, start, frames);

    internal static LogLineReader Open(ContainerLog log, LogSelection selection)
    {
        LogFrameReader frames = new(log, selection.Follow);
        LogStart start = LogStart.Find(log.Files, selection with { Follow = frames.Follows });
        frames.StartAt(start.Segment);
        return new LogLineReader(selection, start, frames);
    }

    /// <summary>Goes to the next data, waiting for it if need be.</summary>
    /// <returns>False if there is no more.</returns>
    internal async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (_inFrame)
            {
                _data = _frames.NextData();
                if (!_data.IsEmpty)
                    return true;
                _inFrame = false;
            }
            if (!await _frames.MoveNextAsync(cancellationToken).ConfigureAwait(false))
                return false;
            if (_selection.IsTooNew(_frames.Current.Time) && _output.IsEmpty && _error.IsEmpty)
                return false;
            _inFrame = Enter(_frames.Current);
        }
    }

    /// <summary>The next line of the data.</summary>
    internal bool TryTake(out OutputLine line)
    {
        line = default;
        if (_data.IsEmpty)
            return false;
        LogFrame frame = _frames.Current;
        PartialLine partial = Partial(frame.Stream);
        while (partial.TryTake(ref _data, frame.Time, out line))
        {
            // A line that began in time is wanted to its end; the next one is not.
            if (_selection.IsTooNew(frame.Time))
                (_data, _inFrame) = (default, false);
            if (_selection.Wants(line.Time))
                return true;
        }
        return false;
    }

    /// <summary>What has no line end when there is no more.</summary>
    internal bool TryTakeRest(out OutputLine line)
    {
        while (_output.TryCut(out line) || _error.TryCut(out line))
        {
            if (_selection.Wants(line.Time))
                return true;
        }
        return false;
    }

    /// <inheritdoc />
    public void Dispose() => _frames.Dispose();

    private bool Enter(LogFrame frame)
    {
        if (!_selection.Wants(frame.Stream) || (_selection.IsTooNew(frame.Time) && Partial(frame.Stream).IsEmpty))
            return false;
        LogPoint first = _start.Of(frame.Stream);
        int order = _frames.Position.CompareTo(first.Frame);
        if (order == 0)
            _frames.Skip(first.Byte);
        return order >= 0;
    }

    private PartialLine Partial(OutputStream stream) => stream == OutputStream.StandardOutput ? _output : _error;
}
