using Coracle.Kernel.Errors;

namespace Coracle.Streams.Logs;

/// <summary>
/// The log of one container as this process knows it: its files, and whether a run that is written here goes on. Writers
/// append whole frames; readers read the files, and are told here when to look again.
/// </summary>
/// <param name="directory">Where its files are.</param>
/// <param name="limits">How much of it is kept.</param>
/// <param name="watchElsewhere">For one reader: follows a run that another process writes, if there is one.</param>
internal sealed class ContainerLog(string directory, LogLimits limits, Func<LogActivity?>? watchElsewhere = null)
{
    // A frame is what one write(2) puts on disk, and what a reader waits for.
    private const int LargestFrame = 256 * 1024;

    private readonly Lock _gate = new();
    private LogWriter? _writer;
    private Exception? _failure;
    private TaskCompletionSource? _changed;
    private long _version;
    private bool _open;

    /// <summary>Its files.</summary>
    internal LogDirectory Files { get; } = new(directory);

    /// <summary>The most bytes of a frame with its header.</summary>
    internal int MaxFrame { get; } = (int)Math.Min(LargestFrame, limits.MaxFileSize);

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
            (_open, _failure) = (true, null);
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
                _writer ??= LogWriter.Open(Files, limits);
                int errno = _writer.Append(frame);
                if (errno != 0)
                    _failure = Lost(Errno.Text(errno), null);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ContainerRuntimeException)
            {
                _failure = Lost(e.Message, e);
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

    /// <summary>For one reader that follows.</summary>
    internal LogActivity Watch()
    {
        bool isHere;
        lock (_gate)
            isHere = _open;
        return isHere ? new Local(this) : watchElsewhere?.Invoke() ?? new Local(this);
    }

    private ContainerRuntimeException Lost(string reason, Exception? cause) => new(
        RuntimeErrorKind.ResourceExhausted, $"write log: {Files.Path}: {reason}; output from here on is lost", cause);

    private void Signal()
    {
        _version++;
        TaskCompletionSource? changed = _changed;
        _changed = null;
        changed?.TrySetResult();
    }

    /// <summary>Of a log that is written in this process: without a system call.</summary>
    private sealed class Local(ContainerLog log) : LogActivity
    {
        private long _seen;

        internal override bool Mark()
        {
            lock (log._gate)
            {
                _seen = log._version;
                return log._open;
            }
        }

        internal override Task WaitAsync(CancellationToken cancellationToken)
        {
            lock (log._gate)
            {
                if (log._version != _seen || !log._open)
                    return Task.CompletedTask;
                log._changed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                return log._changed.Task.WaitAsync(cancellationToken);
            }
        }

        public override void Dispose() { }
    }
}
