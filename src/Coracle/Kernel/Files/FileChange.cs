using Coracle.Kernel.Errors;
using Coracle.Kernel.Handles;
using Coracle.Kernel.Interop;
using Coracle.Kernel.Polling;

namespace Coracle.Kernel.Files;

/// <summary>Waits for changes of one file (inotify(7)); the kernel reports changes of cgroup files in the same way.</summary>
internal sealed class FileChange : IDisposable
{
    private readonly FileDescriptor _inotify;

    private FileChange(FileDescriptor inotify) => _inotify = inotify;

    /// <summary>Begins to watch: read the file after this call, so that no change is missed.</summary>
    internal static FileChange Watch(string path)
    {
        FileDescriptor inotify = FileDescriptor.FromResult(
            Libc.inotify_init1(Libc.O_CLOEXEC | Libc.O_NONBLOCK), "watch", path);
        if (Libc.inotify_add_watch(inotify.Number, path, Libc.IN_MODIFY | Libc.IN_DELETE_SELF) >= 0)
            return new FileChange(inotify);
        int errno = Errno.Last;
        inotify.Dispose();
        throw Errno.Failure(errno, "watch", path);
    }

    /// <summary>Completes when the file was changed or removed since the last call.</summary>
    internal async Task NextAsync(CancellationToken cancellationToken)
    {
        await Reactor.Shared.WaitReadableAsync(_inotify, cancellationToken).ConfigureAwait(false);
        Drain();
    }

    /// <inheritdoc />
    public void Dispose() => _inotify.Dispose();

    private unsafe void Drain()
    {
        byte* buffer = stackalloc byte[4096];
        while (Libc.read(_inotify.Number, buffer, 4096) > 0)
        {
        }
    }
}
