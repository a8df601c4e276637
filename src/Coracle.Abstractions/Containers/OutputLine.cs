namespace Coracle;

/// <summary>A line that a container wrote.</summary>
/// <param name="Stream">Where it was written.</param>
/// <param name="Time">When its first byte was read from the container.</param>
/// <param name="Content">The text without the line end. Bytes that are not UTF-8 are replaced by U+FFFD; read
/// <see cref="IContainer.OpenOutput"/> for the bytes.</param>
public readonly record struct OutputLine(OutputStream Stream, DateTimeOffset Time, string Content)
{
    /// <summary>The content.</summary>
    public override string ToString() => Content;
}
