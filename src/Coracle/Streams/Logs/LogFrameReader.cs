using Microsoft.Win32.SafeHandles;

namespace Coracle.Streams.Logs;

/// <summary>Walks the frames of a log from the first to the last, and on as more come.</summary>
internal sealed class LogFrameReader(ContainerLog log, bool follow) : IDisposable
{
    private readonly byte[] _header = new byte[LogFrame.HeaderSize];
    private SafeFileHandle? _file;
    private long _position;
    private long _dataPosition;
    private int _dataLeft;

    /// <summary>The frame that <see cref="MoveNextAsync"/> came to.</summary>
    internal LogFrame Current { get; private set; }

    /// <summary>Goes to the next frame.</summary>
    /// <returns>False at the end of the log.</returns>
    internal async ValueTask<bool> MoveNextAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            (long committed, bool mayGrow) = log.Position;
            if (_position + LogFrame.HeaderSize <= committed && TryReadHeader(committed))
                return true;
            if (!mayGrow || !follow)
            {
                // What was appended between the two looks is still to be read.
                if (log.Position.Committed == committed)
                    return log.Failure is { } failure ? throw failure : false;
                continue;
            }
            await log.WaitForMoreAsync(committed, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Reads on in the data of the current frame.</summary>
    /// <returns>0 at its end.</returns>
    internal int ReadData(Span<byte> buffer)
    {
        int wanted = Math.Min(buffer.Length, _dataLeft);
        int read = wanted == 0 ? 0 : RandomAccess.Read(_file!, buffer[..wanted], _dataPosition);
        _dataPosition += read;
        _dataLeft = read == 0 ? 0 : _dataLeft - read;
        return read;
    }

    /// <inheritdoc />
    public void Dispose() => _file?.Dispose();

    private bool TryReadHeader(long committed)
    {
        _file ??= log.OpenRead();
        if (_file is null
            || RandomAccess.Read(_file, _header, _position) != LogFrame.HeaderSize
            || !LogFrame.TryRead(_header, out LogFrame frame)
            || _position + LogFrame.HeaderSize + frame.Length > committed)
        {
            return false; // cut off by a crash: the end
        }
        Current = frame;
        _dataPosition = _position + LogFrame.HeaderSize;
        _dataLeft = frame.Length;
        _position = _dataPosition + frame.Length;
        return true;
    }
}
