using System.Collections.Concurrent;
using System.Text;
using Coracle.Kernel.Errors;
using Coracle.Kernel.Interop;
using Coracle.Kernel.Paths;

namespace Coracle.Kernel.Files;

/// <summary>
/// Removes trees without anybody waiting for it: a tree is renamed into a directory of trash, which takes no time, and deleted
/// there by a thread that gives way to everything else. What a process did not get to, the next one deletes.
/// </summary>
internal sealed class Trash : IAsyncDisposable
{
    private const int LowestPriority = 19;

    // Deleting tens of thousands of files takes a disk tens of seconds; what was discarded last mostly takes milliseconds.
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(1);

    private readonly string _directory;
    private readonly Action<string, Exception>? _failed;
    private readonly BlockingCollection<string> _paths = [];
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _started;
    private bool _closed;

    /// <summary>Opens the trash, and begins to delete what is in it.</summary>
    /// <param name="directory">Where it is; made if it is missing. On the file system of what is discarded.</param>
    /// <param name="failed">Is told what could not be deleted; it is tried again by the next process.</param>
    internal Trash(string directory, Action<string, Exception>? failed = null)
    {
        _directory = directory;
        _failed = failed;
        Directory.CreateDirectory(directory);
        foreach (string left in Directory.EnumerateFileSystemEntries(directory))
            Enqueue(left);
    }

    /// <summary>Takes a file or tree out of the way. What is not there is fine.</summary>
    /// <param name="path">Its absolute path.</param>
    /// <exception cref="ContainerRuntimeException">It can't be renamed.</exception>
    internal void Discard(string path)
    {
        string target = Path.Combine(_directory, Guid.NewGuid().ToString("N"));
        if (Libc.rename(path, target) == 0)
            Enqueue(target);
        else if (Errno.Last is not Errno.ENOENT and int errno)
            throw Errno.Failure(errno, "move to trash", path);
    }

    /// <summary>Ends when all is deleted, or when that takes long.</summary>
    public async ValueTask DisposeAsync()
    {
        bool started;
        lock (_gate)
        {
            if (_closed)
                return;
            _closed = true;
            started = _started;
            _paths.CompleteAdding();
        }
        if (started)
        {
            _stop.CancelAfter(DrainTime);
            await _ended.Task.ConfigureAwait(false);
        }
        _stop.Dispose();
        _paths.Dispose();
    }

    private void Enqueue(string path)
    {
        lock (_gate)
        {
            // What comes later is out of the way too; the next process deletes it.
            if (_closed)
                return;
            _paths.Add(path);
            if (!_started)
                new Thread(Run) { IsBackground = true, Name = "coracle-trash" }.Start();
            _started = true;
        }
    }

    private void Run()
    {
        // Threads have a nice value of their own on Linux, and 0 means the calling one.
        _ = Libc.setpriority(Libc.PRIO_PROCESS, 0, LowestPriority);
        try
        {
            foreach (string path in _paths.GetConsumingEnumerable())
                Delete(path);
        }
        finally
        {
            _ended.SetResult();
        }
    }

    private void Delete(string path)
    {
        try
        {
            Tree.Remove(At.WorkingDirectory, Encoding.UTF8.GetBytes(path), _stop.Token);
        }
        catch (OperationCanceledException)
        {
            // The rest is the next process's.
        }
        catch (ContainerRuntimeException exception)
        {
            _failed?.Invoke(path, exception);
        }
    }
}
