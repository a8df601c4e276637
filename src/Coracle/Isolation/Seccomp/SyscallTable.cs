namespace Coracle.Isolation.Seccomp;

/// <summary>The system calls of one architecture by name.</summary>
internal sealed class SyscallTable
{
    private readonly Dictionary<string, uint> _numbers = new(StringComparer.Ordinal);

    /// <summary>Reads a text of <see cref="SyscallNumbers"/>.</summary>
    internal SyscallTable(ReadOnlySpan<char> text)
    {
        uint next = 0;
        foreach (Range range in text.SplitAny(" \n"))
        {
            ReadOnlySpan<char> word = text[range];
            if (word.IsEmpty)
                continue;
            if (word[^1] == ':')
                next = uint.Parse(word[..^1], provider: null);
            else
                _numbers.Add(word.ToString(), next++);
        }
    }

    internal IReadOnlyDictionary<string, uint> Numbers => _numbers;

    /// <summary>The number of a call; false where this architecture does not have it.</summary>
    internal bool TryGetNumber(string name, out uint number) => _numbers.TryGetValue(name, out number);
}
