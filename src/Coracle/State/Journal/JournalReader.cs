using Coracle.Kernel.Files;

namespace Coracle.State.Journal;

/// <summary>Reads events as they are appended, and goes from a full file to the next.</summary>
internal sealed class JournalReader : IDisposable
{
    private readonly string _path;
    private readonly string _previousPath;
    private JournalFile _file;

    internal JournalReader(string path, string previousPath)
    {
        _path = path;
        _previousPath = previousPath;
        AppendFile file = AppendFile.Open(path);
        _file = new JournalFile(file, file.Length);
    }

    /// <summary>The file in which it is.</summary>
    internal AppendFile File => _file.File;

    /// <summary>Where in the file it is.</summary>
    internal long Position => _file.Position;

    /// <summary>What was appended since the last call.</summary>
    internal IEnumerable<RuntimeEvent> Read()
    {
        while (true)
        {
            foreach (RuntimeEvent read in _file.Read())
                yield return read;
            AppendFile? next = AppendFile.TryOpenRead(_path);
            if (next is null || next.IsSame(_file.File))
            {
                next?.Dispose();
                yield break;
            }
            // It was moved away after all had written to it: what came between the two looks is the last.
            foreach (RuntimeEvent read in _file.Read())
                yield return read;
            MoveTo(next);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _file.Dispose();

    private void MoveTo(AppendFile next)
    {
        using AppendFile? previous = AppendFile.TryOpenRead(_previousPath);
        bool follows = previous is null || previous.IsSame(_file.File);
        JournalFile moved = new(follows ? next.Duplicate() : previous!.Duplicate(), 0);
        next.Dispose();
        _file.Dispose();
        _file = moved;
    }
}
