using System.Buffers;

namespace Coracle.Streams.Logs;

/// <summary>
/// Finds where the last lines begin. Goes from the newest file back, and in a file from the last frame back, so that only the
/// headers of the files that have these lines are read, and the data of these lines.
/// </summary>
/// <remarks>
/// A line counts where its last byte is. When there are enough, each output begins after the line end before that; one that
/// wrote nothing there is looked for in that file only, for what it may have begun and not ended.
/// </remarks>
internal sealed class LogTail(LogDirectory files, LogSelection selection, int lines)
{
    // The frames of a block are held at once: at least 25 bytes each.
    private const long BlockSize = 1024 * 1024;
    private const int ChunkSize = 64 * 1024;

    private readonly Side _output = new() { IsDone = !selection.StandardOutput };
    private readonly Side _error = new() { IsDone = !selection.StandardError };
    private int _left = lines;
    private bool _enough;

    private bool IsDone => _output.IsDone && _error.IsDone;

    internal LogStart Find()
    {
        LogSegment? oldest = null;
        byte[] chunk = ArrayPool<byte>.Shared.Rent(ChunkSize);
        try
        {
            List<long> numbers = files.Numbers();
            for (int i = numbers.Count - 1; i >= 0 && !IsDone && files.TryHold(numbers[i]) is { } segment; i--)
            {
                oldest?.Dispose();
                oldest = segment;
                Search(segment, chunk);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }
        oldest?.Seek(FirstIn(oldest.Number));
        return new LogStart(oldest, _output.Start, _error.Start);
    }

    private long FirstIn(long segment)
    {
        LogPosition output = selection.StandardOutput ? _output.Start.Frame : _error.Start.Frame;
        LogPosition error = selection.StandardError ? _error.Start.Frame : output;
        LogPosition first = output.CompareTo(error) < 0 ? output : error;
        return first.Segment == segment ? first.Offset : 0;
    }

    private void Search(LogSegment segment, byte[] chunk)
    {
        List<long> blocks = [0];
        while (segment.TryMoveNext())
        {
            if (segment.Next - blocks[^1] >= BlockSize)
                blocks.Add(segment.Next);
        }
        long end = segment.Next;
        if (_left == 0)
            Enough(new LogPoint(new LogPosition(segment.Number, end), 0));
        for (int i = blocks.Count - 1; i >= 0 && !IsDone; i--)
        {
            foreach ((long offset, LogFrame frame) in FramesBackwards(segment, blocks[i], end))
                Take(segment, new LogPosition(segment.Number, offset), frame, chunk);
            end = blocks[i];
        }
        if (!_enough)
            return;
        foreach (Side side in (Side[])[_output, _error])
        {
            if (!side.IsSeen)
                side.Finish(new LogPoint(new LogPosition(segment.Number, 0), 0));
        }
    }

    private static List<(long Offset, LogFrame Frame)> FramesBackwards(LogSegment segment, long start, long end)
    {
        List<(long Offset, LogFrame Frame)> frames = [];
        segment.Seek(start);
        while (segment.Next < end && segment.TryMoveNext())
            frames.Add((segment.Offset, segment.Current));
        frames.Reverse();
        return frames;
    }

    private void Take(LogSegment segment, LogPosition position, LogFrame frame, byte[] chunk)
    {
        Side side = frame.Stream == OutputStream.StandardOutput ? _output : _error;
        if (side.IsDone || selection.IsTooNew(frame.Time))
            return;
        if (selection.IsTooOld(frame.Time))
            Enough(new LogPoint(position, 0));
        for (int end = frame.Length; end > 0 && !side.IsDone;)
        {
            int start = Math.Max(0, end - ChunkSize);
            int read = segment.ReadAt(chunk.AsSpan(0, end - start), position.Offset + LogFrame.HeaderSize + start);
            Take(side, chunk.AsSpan(0, read), position, start);
            end = start;
        }
    }

    private void Take(Side side, ReadOnlySpan<byte> data, LogPosition position, int start)
    {
        // What is followed ends its last line later.
        bool isRest = !side.IsSeen && data is not [.., (byte)'\n'];
        side.IsSeen = true;
        if (isRest && !selection.Follow)
            Count(new LogPoint(position, start + data.Length));
        while (!side.IsDone && data.LastIndexOf((byte)'\n') is >= 0 and int at)
        {
            LogPoint behind = new(position, start + at + 1);
            if (_enough)
                side.Finish(behind);
            else
                Count(behind);
            data = data[..at];
        }
    }

    private void Count(LogPoint point)
    {
        if (!_enough && --_left == 0)
            Enough(point);
    }

    private void Enough(LogPoint point)
    {
        _enough = true;
        foreach (Side side in (Side[])[_output, _error])
        {
            if (!side.IsSeen && !selection.Follow)
                side.Finish(point);
        }
    }

    /// <summary>How far the search for one output is.</summary>
    private sealed class Side
    {
        /// <summary>Whether any of it was found.</summary>
        internal bool IsSeen { get; set; }

        internal bool IsDone { get; set; }

        internal LogPoint Start { get; private set; }

        internal void Finish(LogPoint start)
        {
            if (!IsDone)
                (Start, IsDone) = (start, true);
        }
    }
}
