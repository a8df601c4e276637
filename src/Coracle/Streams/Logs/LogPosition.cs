namespace Coracle.Streams.Logs;

/// <summary>Where a frame's header is.</summary>
/// <param name="Segment">The number of the file.</param>
/// <param name="Offset">The offset in it.</param>
internal readonly record struct LogPosition(long Segment, long Offset) : IComparable<LogPosition>
{
    /// <inheritdoc />
    public int CompareTo(LogPosition other) =>
        Segment != other.Segment ? Segment.CompareTo(other.Segment) : Offset.CompareTo(other.Offset);
}
