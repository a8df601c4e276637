using Coracle.Kernel.Files;

namespace Coracle.State.Journal;

/// <summary>The events that are kept, the oldest first. Both files are open from the beginning: a rotation takes nothing
/// away.</summary>
internal sealed class JournalReplay : IDisposable
{
    private readonly AppendFile? _previous;
    private readonly AppendFile _current;
    private readonly long _limit;

    internal JournalReplay(string previousPath, JournalReader reader)
    {
        _current = reader.File.Duplicate();
        _limit = reader.Position;
        _previous = AppendFile.TryOpenRead(previousPath);
        // Moved away this moment: the file before it is not there any more.
        if (_previous?.IsSame(_current) == true)
        {
            _previous.Dispose();
            _previous = null;
        }
    }

    internal IEnumerable<RuntimeEvent> Read()
    {
        if (_previous is not null)
        {
            using JournalFile previous = new(_previous, 0);
            foreach (RuntimeEvent read in previous.Read())
                yield return read;
        }
        using JournalFile current = new(_current, 0);
        foreach (RuntimeEvent read in current.Read(_limit))
            yield return read;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _previous?.Dispose();
        _current.Dispose();
    }
}
