using Coracle.Kernel.Errors;
using Coracle.Kernel.Handles;
using Coracle.Kernel.Interop;

namespace Coracle.Kernel.Files;

/// <summary>
/// A lock between processes on a file (flock(2)). The kernel releases it when its holder ends, however it ends: whoever can
/// take the lock of a process knows that this process is gone.
/// </summary>
internal sealed class FileLock : IDisposable
{
    private readonly FileDescriptor _file;

    private FileLock(FileDescriptor file, string path) => (_file, Path) = (file, path);

    /// <summary>The file.</summary>
    internal string Path { get; }

    /// <summary>The open file, for a lock on a file that has content. Not owned by the caller.</summary>
    internal FileDescriptor File => _file;

    /// <summary>Takes the lock if nobody holds it; null if somebody does. The file is made if it is missing.</summary>
    internal static FileLock? TryAcquire(string path, bool shared = false)
    {
        FileDescriptor file = Open(path);
        int errno = Lock(file, shared, Libc.LOCK_NB);
        if (errno == 0)
            return new FileLock(file, path);
        file.Dispose();
        return errno == Errno.EAGAIN ? null : throw Errno.Failure(errno, "lock", path);
    }

    /// <summary>Takes the lock, waiting for whoever holds it. flock(2) can only be waited for by a thread: the short case is
    /// tried first, and a long wait has a thread of its own.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; the lock is not held.</exception>
    internal static async Task<FileLock> AcquireAsync(
        string path, bool shared = false, CancellationToken cancellationToken = default)
    {
        if (TryAcquire(path, shared) is { } immediate)
            return immediate;
        Task<FileLock> waiting = Task.Factory.StartNew(
            () => Acquire(path, shared), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            return await waiting.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The thread still waits in the kernel; what it gets one day is given back at once.
            _ = waiting.ContinueWith(
                static late => late.Result.Dispose(),
                CancellationToken.None,
                TaskContinuationOptions.OnlyOnRanToCompletion | TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
            throw;
        }
    }

    /// <summary>Releases the lock.</summary>
    public void Dispose()
    {
        // Not by the close alone: a child that is just being made has a copy of the descriptor until it executes its program.
        if (!_file.IsClosed)
            _ = Libc.flock(_file.Number, Libc.LOCK_UN);
        _file.Dispose();
    }

    private static FileLock Acquire(string path, bool shared)
    {
        FileDescriptor file = Open(path);
        int errno = Lock(file, shared, 0);
        if (errno == 0)
            return new FileLock(file, path);
        file.Dispose();
        throw Errno.Failure(errno, "lock", path);
    }

    private static FileDescriptor Open(string path) => FileDescriptor.FromResult(
        Libc.openat(Libc.AT_FDCWD, path, Libc.O_RDWR | Libc.O_CREAT | Libc.O_CLOEXEC | Libc.O_NOFOLLOW, 0x180 /* 0600 */),
        "open lock file",
        path);

    private static int Lock(FileDescriptor file, bool shared, int flags)
    {
        int result;
        int errno;
        do
        {
            result = Libc.flock(file.Number, (shared ? Libc.LOCK_SH : Libc.LOCK_EX) | flags);
            errno = Errno.Last;
        }
        while (result != 0 && errno == Errno.EINTR);
        return result == 0 ? 0 : errno;
    }
}
