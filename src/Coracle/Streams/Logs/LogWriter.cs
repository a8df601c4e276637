using Coracle.Kernel.Files;

namespace Coracle.Streams.Logs;

/// <summary>
/// Appends frames to the newest file of a log, begins the next one when it is full, and removes the oldest ones that no
/// reader holds.
/// </summary>
internal sealed class LogWriter : IDisposable
{
    private readonly LogDirectory _directory;
    private readonly LogLimits _limits;
    private SegmentFile? _file;
    private long _oldest;
    private long _number;
    private long _length;

    private LogWriter(LogDirectory directory, LogLimits limits) => (_directory, _limits) = (directory, limits);

    /// <summary>Goes on where an earlier run ended.</summary>
    internal static LogWriter Open(LogDirectory directory, LogLimits limits)
    {
        List<long> numbers = directory.Numbers();
        LogWriter writer = new(directory, limits);
        (writer._oldest, writer._number) = numbers.Count == 0 ? (1, 0) : (numbers[0], numbers[^1]);
        if (numbers.Count > 0)
            writer.Resume();
        return writer;
    }

    /// <summary>Appends a frame.</summary>
    /// <returns>0, or errno: nothing of the frame is in the log then.</returns>
    internal int Append(ReadOnlySpan<byte> frame)
    {
        if (_file is null || _length + frame.Length > _limits.MaxFileSize)
            BeginNext();
        int errno = _file!.Append(frame, _length);
        if (errno == 0)
            _length += frame.Length;
        return errno;
    }

    /// <inheritdoc />
    public void Dispose() => _file?.Dispose();

    // A crash may have cut off the last frame: nothing is put behind half a frame.
    private void Resume()
    {
        using LogSegment? last = _directory.TryHold(_number);
        while (last?.TryMoveNext() == true)
        {
        }
        if (last?.EndsWhole != true)
            return;
        _file = SegmentFile.OpenToAppend(_directory.File(_number));
        _length = last.Next;
    }

    // The new one is there before an old one goes: a reader never finds none.
    private void BeginNext()
    {
        SegmentFile next = SegmentFile.Create(_directory.File(_number + 1));
        _file?.Dispose();
        (_file, _length) = (next, 0);
        _number++;
        // In order: who holds one file has all behind it.
        while (_number - _oldest >= _limits.MaxFiles && SegmentFile.TryRemove(_directory.File(_oldest)))
            _oldest++;
    }
}
