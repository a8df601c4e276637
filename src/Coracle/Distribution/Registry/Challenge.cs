namespace Coracle.Distribution.Registry;

/// <summary>One challenge of a <c>WWW-Authenticate</c> header (RFC 9110, section 11.6.1).</summary>
/// <param name="Scheme">The scheme, in lower case.</param>
/// <param name="Parameters">The parameters, by name.</param>
internal sealed record Challenge(string Scheme, IReadOnlyDictionary<string, string> Parameters)
{
    /// <summary>A parameter; null if it is missing.</summary>
    internal string? this[string name] => Parameters.GetValueOrDefault(name);

    /// <summary>Parses the header's value. What can't be understood is left out.</summary>
    internal static IReadOnlyList<Challenge> Parse(string header)
    {
        List<Challenge> challenges = [];
        Dictionary<string, string>? parameters = null;
        ReadOnlySpan<char> rest = header;
        while (true)
        {
            rest = rest.TrimStart(" \t,");
            int length = rest.IndexOfAny(" \t,=");
            ReadOnlySpan<char> word = length < 0 ? rest : rest[..length];
            if (rest.IsEmpty)
                return challenges;
            ReadOnlySpan<char> after = rest[word.Length..].TrimStart(" \t");
            if (word.IsEmpty)
            {
                rest = rest[1..];
            }
            else if (!after.StartsWith("="))
            {
                // A word without a value begins a challenge. (Its token68 form is of no scheme that registries use.)
                parameters = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
                challenges.Add(new Challenge(word.ToString().ToLowerInvariant(), parameters));
                rest = after;
            }
            else
            {
                string value = TakeValue(after[1..].TrimStart(" \t"), out rest);
                parameters?.TryAdd(word.ToString(), value);
            }
        }
    }

    private static string TakeValue(ReadOnlySpan<char> text, out ReadOnlySpan<char> rest)
    {
        if (!text.StartsWith("\""))
        {
            int end = text.IndexOfAny(" \t,");
            rest = end < 0 ? [] : text[end..];
            return (end < 0 ? text : text[..end]).ToString();
        }
        System.Text.StringBuilder value = new();
        int i = 1;
        for (; i < text.Length && text[i] != '"'; i++)
        {
            if (text[i] == '\\' && i + 1 < text.Length)
                i++;
            value.Append(text[i]);
        }
        rest = i < text.Length ? text[(i + 1)..] : [];
        return value.ToString();
    }
}
