using System.Globalization;

namespace Coracle.Isolation.Cgroups.Statistics;

/// <summary>Files of a control group that hold a number, or lines of a key and a number.</summary>
internal static class KeyedText
{
    /// <summary>The number of a line that begins with a key; null where there is none.</summary>
    internal static long? Find(string? text, string key)
    {
        foreach (ReadOnlySpan<char> line in (text ?? "").AsSpan().EnumerateLines())
        {
            if (line.Length > key.Length && line[key.Length] == ' ' && line.StartsWith(key, StringComparison.Ordinal))
                return Number(line[(key.Length + 1)..]);
        }
        return null;
    }

    /// <summary>A number; null where it is none, as <c>max</c>. What no long can hold is the largest long.</summary>
    internal static long? Number(ReadOnlySpan<char> text) =>
        ulong.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out ulong value)
            ? (long)Math.Min(value, long.MaxValue)
            : null;
}
