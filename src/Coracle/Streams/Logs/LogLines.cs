using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;

namespace Coracle.Streams.Logs;

/// <summary>Reads a log line by line.</summary>
internal static class LogLines
{
    // A program may write without ever ending a line: past this, the line is given out in pieces.
    private const int MaxLine = 16 * 1024 * 1024;
    private const int BufferSize = 64 * 1024;

    internal static async IAsyncEnumerable<OutputLine> ReadAsync(
        ContainerLog log, LogOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using LogFrameReader frames = new(log, options.Follow);
        PartialLine output = new(OutputStream.StandardOutput);
        PartialLine error = new(OutputStream.StandardError);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            while (await frames.MoveNextAsync(cancellationToken).ConfigureAwait(false))
            {
                bool isOutput = frames.Current.Stream == OutputStream.StandardOutput;
                if (!(isOutput ? options.StandardOutput : options.StandardError))
                    continue;
                PartialLine partial = isOutput ? output : error;
                while (frames.ReadData(buffer) is > 0 and int read)
                {
                    for (int start = 0; partial.Take(buffer.AsSpan(0, read), ref start, frames.Current.Time, MaxLine) is { } line;)
                        yield return line;
                }
            }
            foreach (PartialLine partial in (PartialLine[])[output, error])
            {
                if (partial.Rest() is { } line)
                    yield return line;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>The beginning of a line whose end has not come yet.</summary>
    private sealed class PartialLine(OutputStream stream)
    {
        private readonly ArrayBufferWriter<byte> _bytes = new();
        private DateTimeOffset _time;

        internal OutputLine? Take(ReadOnlySpan<byte> data, ref int start, DateTimeOffset time, int max)
        {
            ReadOnlySpan<byte> rest = data[start..];
            if (rest.IsEmpty)
                return null;
            if (_bytes.WrittenCount == 0)
                _time = time;
            int end = rest.IndexOf((byte)'\n');
            _bytes.Write(end < 0 ? rest : rest[..end]);
            start = end < 0 ? data.Length : start + end + 1;
            return end >= 0 || _bytes.WrittenCount >= max ? Cut() : null;
        }

        internal OutputLine? Rest() => _bytes.WrittenCount == 0 ? null : Cut();

        private OutputLine Cut()
        {
            ReadOnlySpan<byte> bytes = _bytes.WrittenSpan;
            OutputLine line = new(stream, _time, Encoding.UTF8.GetString(bytes is [.., (byte)'\r'] ? bytes[..^1] : bytes));
            _bytes.ResetWrittenCount();
            return line;
        }
    }
}
