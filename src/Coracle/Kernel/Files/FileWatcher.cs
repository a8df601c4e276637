using System.Buffers.Binary;
using Coracle.Kernel.Errors;
using Coracle.Kernel.Handles;
using Coracle.Kernel.Interop;
using Coracle.Kernel.Polling;

namespace Coracle.Kernel.Files;

/// <summary>
/// The one inotify(7) instance of this process. A user has 128 instances by default, and many thousand watches: one instance a
/// watch would end at the 128th container.
/// </summary>
internal sealed class FileWatcher
{
    // What has no entries only knows the first and the last. One mask for all: a second watch of a file is the same watch.
    private const uint Mask = Libc.IN_MODIFY | Libc.IN_CREATE | Libc.IN_MOVED_TO | Libc.IN_DELETE_SELF;
    private const int BufferSize = 16 * 1024;
    private const int HeaderSize = 16; // struct inotify_event without the name: wd, mask, cookie, len

    private static readonly Lazy<FileWatcher> LazyShared = new(static () => new FileWatcher());

    private readonly Lock _gate = new();
    private readonly Dictionary<int, List<FileChange>> _watches = [];
    private readonly FileDescriptor _inotify;

    private FileWatcher()
    {
        _inotify = FileDescriptor.High(FileDescriptor.FromResult(
            Libc.inotify_init1(Libc.O_CLOEXEC | Libc.O_NONBLOCK), "watch files").Release());
        _ = LoopAsync();
    }

    /// <summary>The instance of this process. It lives as long as the process.</summary>
    internal static FileWatcher Shared => LazyShared.Value;

    /// <summary>Begins to tell changes of a path.</summary>
    /// <returns>The number of the watch.</returns>
    internal int Add(string path, FileChange change)
    {
        lock (_gate)
        {
            int watch = Libc.inotify_add_watch(_inotify.Number, path, Mask);
            if (watch < 0)
            {
                int errno = Errno.Last;
                throw Errno.Failure(
                    errno, "watch", path, errno == Errno.ENOSPC ? "raise the sysctl fs.inotify.max_user_watches" : null);
            }
            if (!_watches.TryGetValue(watch, out List<FileChange>? changes))
                _watches[watch] = changes = [];
            changes.Add(change);
            return watch;
        }
    }

    /// <summary>Ends it.</summary>
    internal void Remove(int watch, FileChange change)
    {
        lock (_gate)
        {
            if (!_watches.TryGetValue(watch, out List<FileChange>? changes) || !changes.Remove(change) || changes.Count > 0)
                return;
            _watches.Remove(watch);
            _ = Libc.inotify_rm_watch(_inotify.Number, watch);
        }
    }

    private async Task LoopAsync()
    {
        byte[] buffer = new byte[BufferSize];
        while (true)
        {
            await Reactor.Shared.WaitReadableAsync(_inotify).ConfigureAwait(false);
            int read = Pipe.Read(_inotify, buffer);
            lock (_gate)
                Tell(buffer.AsSpan(0, Math.Max(0, read)));
        }
    }

    private void Tell(ReadOnlySpan<byte> events)
    {
        while (events.Length >= HeaderSize)
        {
            int watch = BinaryPrimitives.ReadInt32LittleEndian(events);
            uint mask = BinaryPrimitives.ReadUInt32LittleEndian(events[4..]);
            int name = BinaryPrimitives.ReadInt32LittleEndian(events[12..]);
            events = events[(HeaderSize + name)..];
            if ((mask & Libc.IN_Q_OVERFLOW) != 0)
            {
                foreach (List<FileChange> all in _watches.Values)
                    all.ForEach(static change => change.Tell());
                continue;
            }
            if (!_watches.TryGetValue(watch, out List<FileChange>? changes))
                continue;
            changes.ForEach(static change => change.Tell());
            // The file is gone, and the number with it.
            if ((mask & Libc.IN_IGNORED) != 0)
                _watches.Remove(watch);
        }
    }
}
