using Microsoft.Win32.SafeHandles;

namespace Coracle.Streams.Logs;

/// <summary>
/// The log of one container: the frames on disk, how far they are written, and whether more may come. Writers append whole
/// frames; readers read what is committed and wait for more.
/// </summary>
internal sealed class ContainerLog
{
    private readonly Lock _gate = new();
    private readonly string _path;
    private SafeFileHandle? _writer;
    private long _committed;
    private bool _open;
    private Exception? _failure;
    private TaskCompletionSource _changed = NewSignal();

    private ContainerLog(string path, long committed) => (_path, _committed) = (path, committed);

    /// <summary>The log at a path, with whatever an earlier run left in it.</summary>
    internal static ContainerLog At(string path)
    {
        FileInfo file = new(path);
        return new ContainerLog(path, file.Exists ? file.Length : 0);
    }

    /// <summary>Why output was lost; null if none was.</summary>
    internal Exception? Failure
    {
        get
        {
            lock (_gate)
                return _failure;
        }
    }

    /// <summary>A run begins: more will come.</summary>
    internal void Open()
    {
        lock (_gate)
        {
            _open = true;
            _failure = null;
            if (_committed > 0)
                _committed = EndOfWholeFrames(_path);
        }
    }

    /// <summary>
    /// Appends a frame. Where the disk is full, the output is dropped and the failure kept: a container must not hang, nor
    /// its host fail, since nobody can store what it says.
    /// </summary>
    /// <param name="frame">The header and the data behind it.</param>
    internal void Append(ReadOnlySpan<byte> frame)
    {
        lock (_gate)
        {
            if (_failure is not null)
                return;
            try
            {
                _writer ??= File.OpenHandle(_path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
                RandomAccess.Write(_writer, frame, _committed);
                _committed += frame.Length;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                _failure = new ContainerRuntimeException(
                    RuntimeErrorKind.ResourceExhausted, $"write log: {_path}: {e.Message}; output from here on is lost", e);
            }
            Signal();
        }
    }

    /// <summary>The run ended, and all its output is appended.</summary>
    internal void Close()
    {
        lock (_gate)
        {
            _open = false;
            _writer?.Dispose();
            _writer = null;
            Signal();
        }
    }

    /// <summary>Opens the file for reading; null if nothing was ever written.</summary>
    internal SafeFileHandle? OpenRead()
    {
        lock (_gate)
        {
            return _committed == 0 ? null
                : File.OpenHandle(_path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
    }

    /// <summary>How far the log is written now, and whether more may come.</summary>
    internal (long Committed, bool MayGrow) Position
    {
        get
        {
            lock (_gate)
                return (_committed, _open);
        }
    }

    /// <summary>Waits until more is committed than a reader has seen, or the run ends.</summary>
    internal async ValueTask WaitForMoreAsync(long seen, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (_committed > seen || !_open)
                    return;
                changed = _changed.Task;
            }
            await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    // A crash may have cut off the last frame of an earlier run: what is appended must not land behind half a frame.
    private static long EndOfWholeFrames(string path)
    {
        using SafeFileHandle file = File.OpenHandle(path);
        long length = RandomAccess.GetLength(file);
        Span<byte> header = stackalloc byte[LogFrame.HeaderSize];
        long end = 0;
        while (RandomAccess.Read(file, header, end) == LogFrame.HeaderSize
            && LogFrame.TryRead(header, out LogFrame frame)
            && end + LogFrame.HeaderSize + frame.Length <= length)
        {
            end += LogFrame.HeaderSize + frame.Length;
        }
        return end;
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Signal()
    {
        TaskCompletionSource changed = _changed;
        _changed = NewSignal();
        changed.TrySetResult();
    }
}
