using System.Buffers;
using System.Text;

namespace Coracle;

/// <summary>Cuts one output of a process into lines. It reads when it is told to, so it holds one buffer and one line.</summary>
internal sealed class LineSource
{
    private const int BufferSize = 16 * 1024;
    private const int MaxLine = 1024 * 1024;

    private readonly Stream _stream;
    private readonly OutputStream _output;
    private readonly CancellationToken _cancellationToken;
    private readonly byte[] _buffer = new byte[BufferSize];
    private readonly ArrayBufferWriter<byte> _line = new();
    private DateTimeOffset _time;
    private DateTimeOffset _lineTime;
    private int _start;
    private int _end;
    private bool _over;

    internal LineSource(Stream stream, OutputStream output, CancellationToken cancellationToken)
    {
        (_stream, _output, _cancellationToken) = (stream, output, cancellationToken);
        Filling = FillAsync();
    }

    /// <summary>The read that was begun last: how many bytes came, 0 at the end.</summary>
    internal Task<int> Filling { get; private set; }

    /// <summary>Begins the next read. Only when <see cref="TryTake"/> has no more.</summary>
    internal void Fill() => Filling = FillAsync();

    /// <summary>The next line; null if more has to be read first.</summary>
    internal OutputLine? TryTake()
    {
        while (_start < _end)
        {
            if (_line.WrittenCount == 0)
                _lineTime = _time;
            ReadOnlySpan<byte> rest = _buffer.AsSpan(_start, Math.Min(_end - _start, MaxLine - _line.WrittenCount));
            int newLine = rest.IndexOf((byte)'\n');
            _line.Write(newLine < 0 ? rest : rest[..newLine]);
            _start += newLine < 0 ? rest.Length : newLine + 1;
            if (newLine >= 0 || _line.WrittenCount == MaxLine)
                return Cut();
        }
        return _over && _line.WrittenCount > 0 ? Cut() : null;
    }

    private async Task<int> FillAsync()
    {
        int read = await _stream.ReadAsync(_buffer, _cancellationToken).ConfigureAwait(false);
        _time = TimeProvider.System.GetUtcNow();
        (_start, _end, _over) = (0, read, read == 0);
        return read;
    }

    private OutputLine Cut()
    {
        ReadOnlySpan<byte> bytes = _line.WrittenSpan;
        OutputLine line = new(_output, _lineTime, Encoding.UTF8.GetString(bytes is [.., (byte)'\r'] ? bytes[..^1] : bytes));
        _line.ResetWrittenCount();
        return line;
    }
}
