using System.Text;

namespace Coracle.Filesystem.Layers.Tar;

/// <summary>The failures of archives that are not what they should be.</summary>
internal static class TarError
{
    /// <summary>The archive is malformed.</summary>
    internal static ContainerRuntimeException Malformed(string what) =>
        new(RuntimeErrorKind.InvalidInput, $"malformed tar: {what}");

    /// <summary>The archive asks for more than a limit allows.</summary>
    internal static ContainerRuntimeException TooLarge(string what, long limit) =>
        new(RuntimeErrorKind.ResourceExhausted, $"tar: {what} (the limit is {limit})");

    /// <summary>A name for a message: readable, and short whatever it is.</summary>
    internal static string Text(ReadOnlySpan<byte> name)
    {
        const int Shown = 200;
        string text = Encoding.UTF8.GetString(name[..Math.Min(name.Length, Shown)]);
        StringBuilder safe = new(text.Length);
        foreach (char c in text)
            safe.Append(char.IsControl(c) ? '?' : c);
        return name.Length > Shown ? $"{safe}... ({name.Length} bytes)" : safe.ToString();
    }
}
