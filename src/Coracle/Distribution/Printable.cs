using System.Text;

namespace Coracle.Distribution;

/// <summary>Text from outside on its way into a message.</summary>
internal static class Printable
{
    /// <summary>Longer text is cut off.</summary>
    internal const int MaxLength = 512;

    /// <summary>One line, no control characters (a terminal would obey them), not too long.</summary>
    internal static string Clean(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return "";
        StringBuilder clean = new(Math.Min(text.Length, MaxLength));
        foreach (char c in text.AsSpan().Trim())
        {
            if (clean.Length == MaxLength)
                return clean.Append('…').ToString();
            clean.Append(char.IsControl(c) ? ' ' : c);
        }
        return clean.ToString();
    }
}
