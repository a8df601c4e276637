using Coracle.Kernel.Errors;
using Coracle.Kernel.Files;
using Coracle.Kernel.Interop;

namespace Coracle.State.Journal;

/// <summary>
/// The events of all processes of a data root, in one order: two files, the newer of which is appended to. When it is full it
/// takes the place of the older.
/// </summary>
internal sealed class EventJournal : IDisposable
{
    /// <summary>How many events can be read again, at least.</summary>
    internal const int MinEvents = 256;

    private const int MaxBatch = 64 * 1024;

    private readonly string _path;
    private readonly long _capacity;
    private AppendFile? _file;

    /// <param name="directory">Where the files are; nothing else is in it.</param>
    /// <param name="capacity">How long the newer file gets, in bytes.</param>
    internal EventJournal(string directory, long capacity = MinEvents * EventText.MaxLength)
    {
        DirectoryPath = directory;
        _path = Path.Combine(directory, "journal");
        _capacity = capacity;
    }

    /// <summary>Where the files are.</summary>
    internal string DirectoryPath { get; }

    /// <summary>Appends events, in that order. One caller at a time.</summary>
    /// <exception cref="ContainerRuntimeException">They can't be written, or not all of them.</exception>
    internal void Append(IReadOnlyList<RuntimeEvent> events)
    {
        using MemoryStream batch = new();
        foreach (RuntimeEvent one in events)
        {
            batch.Write(EventText.Write(one));
            if (batch.Length < MaxBatch)
                continue;
            Append(batch.GetBuffer().AsSpan(0, (int)batch.Length));
            batch.SetLength(0);
        }
        Append(batch.GetBuffer().AsSpan(0, (int)batch.Length));
    }

    /// <summary>Reads on from the end.</summary>
    internal JournalReader ReadFromEnd() => new(_path, PreviousPath);

    /// <summary>Reads everything that is kept, up to where another reader is.</summary>
    internal JournalReplay ReplayUpTo(JournalReader reader) => new(PreviousPath, reader);

    /// <inheritdoc />
    public void Dispose() => _file?.Dispose();

    private string PreviousPath => _path + ".1";

    private void Append(ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty)
            return;
        AppendFile file = LockCurrent();
        try
        {
            int errno = file.Append(data);
            if (errno != 0)
                throw Errno.Failure(errno, "write events", _path);
            if (file.Length >= _capacity)
                Rotate(file);
        }
        finally
        {
            file.Unlock();
        }
    }

    // Whoever moves the file away has an exclusive lock meanwhile: with a shared one, it is at its place or it is not.
    private AppendFile LockCurrent()
    {
        while (true)
        {
            _file ??= AppendFile.Open(_path);
            _file.LockShared();
            using (AppendFile? current = AppendFile.TryOpenRead(_path))
            {
                if (current?.IsSame(_file) == true)
                    return _file;
            }
            _file.Dispose();
            _file = null;
        }
    }

    // Not now if another process is just writing, or was stopped while it did: the next one tries again.
    private void Rotate(AppendFile file)
    {
        if (!file.TryLockExclusive())
            return;
        using (AppendFile? current = AppendFile.TryOpenRead(_path))
        {
            if (current?.IsSame(file) != true)
                return;
        }
        if (Libc.rename(_path, PreviousPath) != 0)
            throw Errno.LastFailure("rotate events", _path);
    }
}
