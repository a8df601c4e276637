using System.Buffers;
using Coracle.Kernel.Files;

namespace Coracle.Streams.Logs;

/// <summary>Walks the frames of one file of a log, which may grow meanwhile.</summary>
internal sealed class LogSegment(SegmentFile file, long number) : IDisposable
{
    private const int BufferSize = 64 * 1024;

    private byte[]? _buffer;
    private long _bufferStart;
    private int _bufferLength;
    private long _knownLength;
    private long _dataPosition;
    private int _dataLeft;

    /// <summary>Which file of the log it is.</summary>
    internal long Number { get; } = number;

    /// <summary>The frame that <see cref="TryMoveNext"/> came to.</summary>
    internal LogFrame Current { get; private set; }

    /// <summary>Where its header is.</summary>
    internal long Offset { get; private set; }

    /// <summary>Where the next one is, or will be.</summary>
    internal long Next { get; private set; }

    /// <summary>Whether nothing is behind the last whole frame.</summary>
    internal bool EndsWhole => Next == file.Length;

    /// <summary>Goes on at the header of a frame.</summary>
    internal void Seek(long offset) => (Next, _dataLeft) = (offset, 0);

    /// <summary>Goes to the next frame.</summary>
    /// <returns>False if there is none, or not all of it yet, or what is there is no frame.</returns>
    internal bool TryMoveNext()
    {
        long header = Next;
        if (!IsBuffered(header, LogFrame.HeaderSize))
            Fill(header);
        if (!IsBuffered(header, LogFrame.HeaderSize)
            || !LogFrame.TryRead(Buffered(header)[..LogFrame.HeaderSize], out LogFrame frame))
        {
            Forget();
            return false;
        }
        long end = header + LogFrame.HeaderSize + frame.Length;
        if (end > _knownLength && end > (_knownLength = file.Length))
        {
            Forget();
            return false;
        }
        (Current, Offset, Next) = (frame, header, end);
        (_dataPosition, _dataLeft) = (header + LogFrame.HeaderSize, frame.Length);
        return true;
    }

    /// <summary>The next piece of the current frame's data, good until the next call; empty at its end.</summary>
    internal ReadOnlyMemory<byte> NextData()
    {
        if (_dataLeft == 0)
            return default;
        if (!IsBuffered(_dataPosition, 1))
            Fill(_dataPosition);
        int offset = (int)(_dataPosition - _bufferStart);
        int count = Math.Min(_dataLeft, _bufferLength - offset);
        _dataPosition += count;
        _dataLeft = count == 0 ? 0 : _dataLeft - count;
        return _buffer.AsMemory(offset, count);
    }

    /// <summary>Reads on in the data of the current frame.</summary>
    /// <returns>0 at its end.</returns>
    internal int ReadData(Span<byte> target)
    {
        int count = Math.Min(target.Length, _dataLeft);
        if (count == 0)
            return 0;
        if (IsBuffered(_dataPosition, 1) || count < BufferSize / 2)
        {
            if (!IsBuffered(_dataPosition, 1))
                Fill(_dataPosition);
            ReadOnlySpan<byte> buffered = Buffered(_dataPosition);
            count = Math.Min(count, buffered.Length);
            buffered[..count].CopyTo(target);
        }
        else
        {
            count = file.Read(target[..count], _dataPosition);
        }
        _dataPosition += count;
        _dataLeft = count == 0 ? 0 : _dataLeft - count;
        return count;
    }

    /// <summary>Reads bytes wherever they are.</summary>
    internal int ReadAt(Span<byte> target, long position) => file.Read(target, position);

    /// <summary>Passes over data of the current frame.</summary>
    internal void Skip(int count)
    {
        count = Math.Min(count, _dataLeft);
        _dataPosition += count;
        _dataLeft -= count;
    }

    /// <summary>Gives the buffer back: hundreds of readers may wait for the next frame.</summary>
    internal void Forget()
    {
        _bufferLength = 0;
        if (_buffer is null)
            return;
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = null;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Forget();
        _dataLeft = 0;
        file.Dispose();
    }

    private bool IsBuffered(long position, int count) =>
        position >= _bufferStart && position + count <= _bufferStart + _bufferLength;

    private ReadOnlySpan<byte> Buffered(long position)
    {
        int offset = (int)(position - _bufferStart);
        return _buffer.AsSpan(offset, _bufferLength - offset);
    }

    private void Fill(long position)
    {
        _buffer ??= ArrayPool<byte>.Shared.Rent(BufferSize);
        _bufferStart = position;
        _bufferLength = file.Read(_buffer.AsSpan(0, BufferSize), position);
    }
}
