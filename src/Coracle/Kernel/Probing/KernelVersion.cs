using System.Globalization;

namespace Coracle.Kernel.Probing;

/// <summary>The version at the beginning of a kernel's release. Only for words to people: what there is, is probed.</summary>
/// <param name="Major">The first number.</param>
/// <param name="Minor">The second number.</param>
internal readonly record struct KernelVersion(int Major, int Minor)
{
    /// <summary>Reads a release such as <c>6.1.0-18-amd64</c>; zeros where it is none.</summary>
    internal static KernelVersion Parse(string release)
    {
        string[] parts = release.Split('.', 3);
        return parts.Length < 2 ? default : new KernelVersion(NumberAtStart(parts[0]), NumberAtStart(parts[1]));
    }

    /// <inheritdoc />
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Major}.{Minor}");

    private static int NumberAtStart(string text)
    {
        int length = 0;
        while (length < text.Length && char.IsAsciiDigit(text[length]))
            length++;
        return int.TryParse(text.AsSpan(0, length), CultureInfo.InvariantCulture, out int number) ? number : 0;
    }
}
