namespace Coracle.Isolation.Seccomp;

/// <summary>The system calls of one architecture, in the order of their numbers.</summary>
internal sealed class SyscallTable
{
    private readonly Dictionary<string, int> _positions = new(StringComparer.Ordinal);
    private readonly List<int> _numbers = [];

    /// <summary>Reads a text of <see cref="SyscallNumbers"/>.</summary>
    internal SyscallTable(string text)
    {
        int next = 0;
        foreach (string word in text.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (word[^1] == ':')
            {
                next = int.Parse(word.AsSpan(..^1), provider: null);
                continue;
            }
            if (_numbers.Count == 0 || _numbers[^1] != next)
                _numbers.Add(next);
            _positions.Add(word, _numbers.Count - 1);
            next++;
        }
    }

    /// <summary>The numbers in use, ascending.</summary>
    internal IReadOnlyList<int> Numbers => _numbers;

    /// <summary>The names.</summary>
    internal IReadOnlyCollection<string> Names => _positions.Keys;

    /// <summary>Where the number of a call is in <see cref="Numbers"/>; -1 where this architecture does not have the
    /// call.</summary>
    internal int PositionOf(string name) => _positions.GetValueOrDefault(name, -1);
}
