using Coracle.Kernel.Errors;
using Coracle.Kernel.Files;
using Coracle.Kernel.Interop;

namespace Coracle.Filesystem.Layers;

/// <summary>
/// Where one process makes its layers before they get their names. A lock on a file beside it says that the process lives;
/// the areas of dead ones are swept by the next that opens the store.
/// </summary>
internal sealed class StagingArea : IDisposable
{
    private const string LockSuffix = ".lock";
    private const uint PrivateMode = 0x1C0; // 0700: a layer has set-user-id programs that no other user may reach

    private readonly FileLock _lock;
    private readonly string _directory;
    private readonly Trash _trash;
    private long _counter;

    private StagingArea(string directory, FileLock held, Trash trash)
    {
        _directory = directory;
        _lock = held;
        _trash = trash;
    }

    /// <summary>The area itself: on the file system of the layers, and ours alone.</summary>
    internal string Directory => _directory;

    /// <summary>Opens a new area, and sweeps those of dead processes.</summary>
    internal static StagingArea Open(string parent, Trash trash)
    {
        System.IO.Directory.CreateDirectory(parent);
        Sweep(parent, trash);
        while (true)
        {
            string directory = Path.Combine(parent, Guid.NewGuid().ToString("N"));
            string lockFile = directory + LockSuffix;

            // Between the making of the file and the lock on it another process may sweep it: what counts is a lock on a file
            // that still has its name.
            if (FileLock.TryAcquire(lockFile) is not { } held)
                continue;
            if (!File.Exists(lockFile))
            {
                held.Dispose();
                continue;
            }
            if (Libc.mkdir(directory, PrivateMode) != 0)
                throw Errno.LastFailure("make staging directory", directory);
            return new StagingArea(directory, held, trash);
        }
    }

    /// <summary>A path that nothing has yet.</summary>
    internal string NewPath(string label) => Path.Combine(_directory, $"{Interlocked.Increment(ref _counter)}-{label}");

    /// <inheritdoc />
    public void Dispose()
    {
        // As a rule nothing is left in it.
        if (Libc.rmdir(_directory) != 0)
            _trash.Discard(_directory);
        _ = Libc.unlink(_lock.Path);
        _lock.Dispose();
    }

    private static void Sweep(string parent, Trash trash)
    {
        foreach (string lockFile in System.IO.Directory.EnumerateFiles(parent, "*" + LockSuffix))
        {
            using FileLock? free = FileLock.TryAcquire(lockFile);
            if (free is null)
                continue;
            trash.Discard(lockFile[..^LockSuffix.Length]);
            _ = Libc.unlink(lockFile);
        }
    }
}
