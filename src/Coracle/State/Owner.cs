using Coracle.Kernel.Files;
using Coracle.Kernel.Interop;

namespace Coracle.State;

/// <summary>
/// The sign of life of one opened runtime: a lock on a file of its own. What a container or a partial download says about its
/// owner is true exactly as long as that lock is held.
/// </summary>
internal sealed class Owner : IDisposable
{
    private readonly FileLock _lock;

    private Owner(string id, FileLock held) => (Id, _lock) = (id, held);

    /// <summary>The id, unique for all time.</summary>
    internal string Id { get; }

    /// <summary>Makes and takes the lock of a new owner.</summary>
    internal static Owner Create(StateDirectories directories)
    {
        while (true)
        {
            string id = Guid.NewGuid().ToString("N");
            string path = PathOf(directories, id);

            // Between the making of the file and the lock on it, another process may sweep it as a dead owner's: what counts
            // is a lock on a file that still has its name.
            if (FileLock.TryAcquire(path) is not { } held)
                continue;
            if (File.Exists(path))
                return new Owner(id, held);
            held.Dispose();
        }
    }

    /// <summary>Whether an owner lives.</summary>
    internal static bool IsAlive(StateDirectories directories, string id)
    {
        string path = PathOf(directories, id);
        if (!File.Exists(path))
            return false;
        using FileLock? free = FileLock.TryAcquire(path);
        return free is null;
    }

    /// <summary>Removes the lock files that dead owners left.</summary>
    internal static void RemoveDead(StateDirectories directories)
    {
        foreach (string path in Directory.EnumerateFiles(directories.Owners))
        {
            using FileLock? free = FileLock.TryAcquire(path);
            if (free is not null)
                _ = Libc.unlink(path);
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _ = Libc.unlink(_lock.Path);
        _lock.Dispose();
    }

    private static string PathOf(StateDirectories directories, string id) => Path.Combine(directories.Owners, id);
}
