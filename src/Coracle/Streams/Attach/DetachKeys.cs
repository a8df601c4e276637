namespace Coracle.Streams.Attach;

/// <summary>A sequence of keys in Docker's form.</summary>
internal static class DetachKeys
{
    private const string Control = "ctrl-";
    private const string ControlCharacters = "@abcdefghijklmnopqrstuvwxyz[\\]^_"; // by code
    private const byte Delete = 127;

    /// <summary>The bytes that the keys send; none for an empty text.</summary>
    /// <exception cref="ContainerRuntimeException">It is malformed.</exception>
    internal static byte[] Parse(string text) => text.Length == 0 ? [] : [.. text.Split(',').Select(CodeOf)];

    private static byte CodeOf(string key) => key switch
    {
        [var character] when char.IsAscii(character) => (byte)character,
        "DEL" => Delete,
        _ when key.Length == Control.Length + 1 && key.StartsWith(Control, StringComparison.Ordinal) && ControlCharacters.Contains(key[^1], StringComparison.Ordinal) =>
            (byte)ControlCharacters.IndexOf(key[^1], StringComparison.Ordinal),
        _ => throw new ContainerRuntimeException(
            RuntimeErrorKind.InvalidInput,
            $"attach to container: invalid detach keys: Unknown character: '{key}' (characters or ctrl-<character>, separated by commas)"),
    };
}
