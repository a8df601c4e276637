using System.Globalization;
using System.Text;
using Coracle.Kernel.Errors;
using Coracle.Kernel.Files;
using Coracle.Kernel.Handles;
using Coracle.Kernel.Interop;
using Coracle.Kernel.Paths;

namespace Coracle.Filesystem.Layers;

/// <summary>
/// Makes layers survive a power cut without anybody waiting for the disk. A layer can be used when it has its name: what it
/// says is in the kernel's memory. It is synced afterwards, and then gets a mark. After a boot a layer without a mark may be
/// torn, so it is removed, and unpacked again from its blob when it is needed: a layer is whole or not there.
/// </summary>
internal sealed class LayerDurability
{
    private const string BootIdFile = "/proc/sys/kernel/random/boot_id";

    private readonly string _layers;
    private readonly string _marks;
    private readonly string _boot;

    internal LayerDurability(string layers)
    {
        _layers = layers;
        _marks = Path.Combine(layers, ".synced");
        _boot = Path.Combine(layers, ".boot");
        Directory.CreateDirectory(_marks);
    }

    /// <summary>Finds the layers that may be torn, and those that are whole but not synced.</summary>
    /// <param name="torn">Is given each name of the first kind.</param>
    /// <returns>The names of the second kind.</returns>
    internal IReadOnlyList<string> Recover(Action<string> torn)
    {
        string bootId = File.ReadAllText(BootIdFile).Trim();
        bool sameBoot = File.Exists(_boot) && File.ReadAllText(_boot) == bootId;
        List<string> unsynced = [.. Directory.EnumerateFileSystemEntries(_layers)
            .Select(static path => Path.GetFileName(path))
            .Where(name => !name.StartsWith('.') && !IsMarked(name))];
        if (sameBoot)
            return unsynced;
        unsynced.ForEach(torn);

        // Only now: whoever dies before this line leaves the work to the next one.
        AtomicFile.Write(_boot, Encoding.ASCII.GetBytes(bootId), durable: false);
        return [];
    }

    /// <summary>Syncs layers and marks them.</summary>
    internal void Sync(IReadOnlyCollection<string> names)
    {
        if (names.Any(static name => !LayerName.IsErofs(name)))
            SyncFileSystem();
        else
            SyncFiles(names);
        foreach (string name in names)
        {
            if (InodeOf(name) is { } inode)
                AtomicFile.Write(MarkOf(name), Encoding.ASCII.GetBytes(inode), durable: false);
        }
    }

    /// <summary>Removes the mark of a layer that is about to be removed.</summary>
    internal void Forget(string name) => _ = Libc.unlink(MarkOf(name));

    // A mark names the inode, so that one that outlived its layer says nothing about another of the same name.
    private bool IsMarked(string name) => File.Exists(MarkOf(name)) && File.ReadAllText(MarkOf(name)) == InodeOf(name);

    private string MarkOf(string name) => Path.Combine(_marks, name);

    private string? InodeOf(string name)
    {
        byte[] path = Encoding.UTF8.GetBytes(Path.Combine(_layers, name));
        return At.Status(At.WorkingDirectory, path, out FileStatus status) < 0
            ? null
            : status.Inode.ToString(CultureInfo.InvariantCulture);
    }

    // Thousands of files: one call for all of them, also for the names.
    private void SyncFileSystem()
    {
        using FileDescriptor layers = LayerStore.OpenDirectory(_layers);
        if (Libc.syncfs(layers.Number) != 0)
            throw Errno.LastFailure("sync file system of", _layers);
    }

    private void SyncFiles(IReadOnlyCollection<string> names)
    {
        foreach (string name in names)
        {
            string path = Path.Combine(_layers, name);
            int fd = Libc.openat(Libc.AT_FDCWD, path, Libc.O_RDONLY | Libc.O_CLOEXEC, 0);
            if (fd < 0 && Errno.Last == Errno.ENOENT)
                continue;
            using FileDescriptor file = FileDescriptor.FromResult(fd, "open layer", path);
            if (Libc.fsync(file.Number) != 0)
                throw Errno.LastFailure("sync layer", path);
        }
        AtomicFile.SyncDirectory(_layers);
    }
}
