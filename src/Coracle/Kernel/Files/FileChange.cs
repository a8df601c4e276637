namespace Coracle.Kernel.Files;

/// <summary>
/// Waits for changes of a file, or of what is in a directory (inotify(7)); the kernel reports changes of cgroup files in the
/// same way.
/// </summary>
internal sealed class FileChange : IDisposable
{
    private TaskCompletionSource _changed = NewSignal();
    private int _watch;

    private FileChange() { }

    /// <summary>Begins to watch: read the file after this call, so that no change is missed.</summary>
    internal static FileChange Watch(string path)
    {
        FileChange change = new();
        change._watch = FileWatcher.Shared.Add(path, change);
        return change;
    }

    /// <summary>Completes when the file was changed or removed since the last call. One caller at a time.</summary>
    internal async Task NextAsync(CancellationToken cancellationToken)
    {
        TaskCompletionSource changed = Volatile.Read(ref _changed);
        await changed.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        // What is told before this is read after it: the caller looks at the file now.
        Volatile.Write(ref _changed, NewSignal());
    }

    /// <summary>The file has changed.</summary>
    internal void Tell() => Volatile.Read(ref _changed).TrySetResult();

    /// <inheritdoc />
    public void Dispose() => FileWatcher.Shared.Remove(_watch, this);

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
