namespace Coracle.Streams.Logs;

/// <summary>Where a reader begins: a file that is kept for it, and in it or behind it the first wanted byte of each
/// output.</summary>
/// <param name="Segment">The file; null for the oldest, whichever that is when there is one.</param>
/// <param name="Output">Where standard output begins.</param>
/// <param name="Error">Where standard error begins.</param>
internal readonly record struct LogStart(LogSegment? Segment, LogPoint Output, LogPoint Error)
{
    internal LogPoint Of(OutputStream stream) => stream == OutputStream.StandardOutput ? Output : Error;

    /// <summary>Finds it from the end of the log, without reading what lies before.</summary>
    internal static LogStart Find(LogDirectory files, LogSelection selection)
    {
        if (selection.Tail is { } lines)
            return new LogTail(files, selection, lines).Find();
        return selection.Since is { } since ? new LogStart(FirstSince(files, since), default, default) : default;
    }

    /// <summary>Opens the newest file that begins before a time: what is in those before it is older still. Null for the
    /// oldest.</summary>
    internal static LogSegment? FirstSince(LogDirectory files, DateTimeOffset since)
    {
        List<long> numbers = files.Numbers();
        for (int i = numbers.Count - 1; i >= 0; i--)
        {
            // One that is not there any more: what is behind it is the oldest, and all of it is wanted.
            if (files.TryHold(numbers[i]) is not { } segment)
                return null;
            bool isBefore = segment.TryMoveNext() && segment.Current.Time < since;
            segment.Seek(0);
            if (isBefore)
                return segment;
            segment.Dispose();
        }
        return null;
    }
}
