using System.Text;

namespace Coracle.Tests.Architecture;

/// <summary>C# source without its comments and the contents of its strings.</summary>
internal static class SourceText
{
    /// <summary>Leaves out comments and string and character literals.</summary>
    internal static string Code(string source)
    {
        StringBuilder code = new(source.Length);
        int at = 0;
        while (at < source.Length)
        {
            int end = EndOfNonCode(source, at);
            if (end > at)
            {
                code.Append(' ');
                at = end;
            }
            else
            {
                code.Append(source[at++]);
            }
        }
        return code.ToString();
    }

    private static int EndOfNonCode(string source, int at)
    {
        ReadOnlySpan<char> rest = source.AsSpan(at);
        if (rest.StartsWith("//"))
            return EndOfLine(source, at);
        if (rest.StartsWith("/*"))
            return EndAfter(source, at + 2, "*/");
        if (rest.StartsWith("'"))
            return EndOfEscaped(source, at, '\'');
        if (rest.StartsWith("\"\"\""))
        {
            string quotes = new('"', rest.IndexOfAnyExcept('"'));
            return EndAfter(source, at + quotes.Length, quotes);
        }
        if (rest.StartsWith("@\"") || rest.StartsWith("$@\"") || rest.StartsWith("@$\""))
            return EndOfVerbatim(source, source.IndexOf('"', at) + 1);
        return rest.StartsWith("\"") ? EndOfEscaped(source, at, '"') : at;
    }

    private static int EndOfLine(string source, int from)
    {
        int found = source.IndexOf('\n', from);
        return found < 0 ? source.Length : found;
    }

    private static int EndAfter(string source, int from, string mark)
    {
        int found = source.IndexOf(mark, from, StringComparison.Ordinal);
        return found < 0 ? source.Length : found + mark.Length;
    }

    private static int EndOfEscaped(string source, int at, char quote)
    {
        for (int i = at + 1; i < source.Length; i++)
        {
            if (source[i] == '\\')
                i++;
            else if (source[i] == quote)
                return i + 1;
        }
        return source.Length;
    }

    private static int EndOfVerbatim(string source, int from)
    {
        for (int i = from; i < source.Length; i++)
        {
            if (source[i] != '"')
                continue;
            if (i + 1 == source.Length || source[i + 1] != '"')
                return i + 1;
            i++;
        }
        return source.Length;
    }
}
