using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Coracle;

/// <summary>The id of a container: 64 lower-case hexadecimal digits.</summary>
public readonly record struct ContainerId
{
    private const int Length = 64;
    private const int ShortLength = 12;
    private static readonly SearchValues<char> LowerHex = SearchValues.Create("0123456789abcdef");
    private readonly string? _value;

    // The default value is all zeros, so that it equals what Parse gives for them.
    private ContainerId(string value) => _value = value.AsSpan().ContainsAnyExcept('0') ? value : null;

    /// <summary>The first twelve digits: what is shown to people, and a container's default host name.</summary>
    public string Short => ToString()[..ShortLength];

    /// <summary>Makes a new random id.</summary>
    public static ContainerId New() => new(RandomNumberGenerator.GetHexString(Length, lowercase: true));

    /// <summary>Parses an id.</summary>
    /// <param name="text">64 lower-case hexadecimal digits.</param>
    /// <exception cref="FormatException">It is not an id.</exception>
    public static ContainerId Parse(string text) =>
        TryParse(text, out ContainerId id) ? id : throw new FormatException($"'{text}' is not a container id (64 hexadecimal digits)");

    /// <summary>Parses an id.</summary>
    /// <param name="text">64 lower-case hexadecimal digits.</param>
    /// <param name="id">The id.</param>
    /// <returns>Whether it is one.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, out ContainerId id)
    {
        bool valid = text is { Length: Length } && !text.AsSpan().ContainsAnyExcept(LowerHex);
        id = valid ? new ContainerId(text!) : default;
        return valid;
    }

    /// <summary>All 64 digits.</summary>
    public override string ToString() => _value ?? new string('0', Length);
}
