using System.Buffers;
using System.Text;

namespace Coracle.Streams.Logs;

/// <summary>The beginning of a line whose end has not come yet.</summary>
internal sealed class PartialLine(OutputStream stream)
{
    // A program may write without ever ending a line: past this, the line is given out in pieces.
    private const int MaxLine = 16 * 1024 * 1024;

    private readonly ArrayBufferWriter<byte> _bytes = new();
    private DateTimeOffset _time;

    internal bool IsEmpty => _bytes.WrittenCount == 0;

    /// <summary>Takes data up to the end of the line.</summary>
    /// <param name="data">What came; what is taken is cut off.</param>
    /// <param name="time">When it came.</param>
    /// <param name="line">The line.</param>
    /// <returns>Whether the line is complete.</returns>
    internal bool TryTake(ref ReadOnlyMemory<byte> data, DateTimeOffset time, out OutputLine line)
    {
        line = default;
        if (data.IsEmpty)
            return false;
        if (IsEmpty)
            _time = time;
        int room = Math.Min(data.Length, MaxLine - _bytes.WrittenCount);
        int end = data.Span[..room].IndexOf((byte)'\n');
        ReadOnlySpan<byte> taken = data.Span[..(end < 0 ? room : end)];
        data = data[(end < 0 ? room : end + 1)..];
        if (end >= 0 && IsEmpty)
        {
            line = Line(taken);
            return true;
        }
        _bytes.Write(taken);
        return (end >= 0 || _bytes.WrittenCount == MaxLine) && TryCut(out line);
    }

    /// <summary>Gives out what there is as a line.</summary>
    internal bool TryCut(out OutputLine line)
    {
        line = IsEmpty ? default : Line(_bytes.WrittenSpan);
        bool any = !IsEmpty;
        _bytes.ResetWrittenCount();
        return any;
    }

    private OutputLine Line(ReadOnlySpan<byte> bytes) =>
        new(stream, _time, Encoding.UTF8.GetString(bytes is [.., (byte)'\r'] ? bytes[..^1] : bytes));
}
