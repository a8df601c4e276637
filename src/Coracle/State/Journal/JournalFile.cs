using Coracle.Kernel.Files;

namespace Coracle.State.Journal;

/// <summary>Walks the events of one file, and remembers where it is.</summary>
internal sealed class JournalFile(AppendFile file, long position) : IDisposable
{
    private readonly byte[] _buffer = new byte[4 * EventText.MaxLength];

    internal AppendFile File => file;

    /// <summary>The end of the last event that was read, or of what can't be one.</summary>
    internal long Position => position;

    /// <summary>The events from here to the end of the file, or to a limit.</summary>
    internal IEnumerable<RuntimeEvent> Read(long limit = long.MaxValue)
    {
        while (position < limit)
        {
            int length = file.Read(_buffer.AsSpan(0, (int)Math.Min(_buffer.Length, limit - position)), position);
            int done = 0;
            while (Next(_buffer.AsSpan(0, length), ref done) is { } range)
            {
                if (EventText.Read(_buffer.AsSpan(range)) is { } read)
                    yield return read;
            }
            // Half an event: more of it will come, unless there is no room for it, in which case it is none.
            if (done == 0 && length == _buffer.Length)
                done = length;
            if (done == 0)
                yield break;
            position += done;
        }
    }

    /// <inheritdoc />
    public void Dispose() => file.Dispose();

    private static Range? Next(ReadOnlySpan<byte> data, ref int done)
    {
        int end = data[done..].IndexOf(EventText.LineFeed);
        if (end < 0)
            return null;
        // What was cut off has no end of its own: the last separator counts.
        int start = data.Slice(done, end).LastIndexOf(EventText.RecordSeparator) + 1;
        Range range = new(done + start, done + end);
        done += end + 1;
        return range;
    }
}
