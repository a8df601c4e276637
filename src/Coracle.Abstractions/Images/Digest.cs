using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Coracle;

/// <summary>
/// The digest of some content, which is also its name: <c>sha256:</c> and 64 lower-case hexadecimal digits.
/// </summary>
/// <remarks>OCI image specification, "Descriptor", "Digests". The algorithms are sha256, sha384 and sha512.</remarks>
public readonly record struct Digest
{
    private const string EmptySha256 = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    private static readonly SearchValues<char> LowerHex = SearchValues.Create("0123456789abcdef");
    private readonly string? _value;

    // The default value is the digest of no bytes, so that it equals what Parse gives for it.
    private Digest(string value) => _value = value == EmptySha256 ? null : value;

    /// <summary>The algorithm: <c>sha256</c>, <c>sha384</c> or <c>sha512</c>.</summary>
    public string Algorithm => ToString()[..Separator];

    /// <summary>The hexadecimal digits.</summary>
    public string Hex => ToString()[(Separator + 1)..];

    /// <summary>The first twelve digits: what is shown to people.</summary>
    public string Short => ToString().Substring(Separator + 1, 12);

    private int Separator => ToString().IndexOf(':', StringComparison.Ordinal);

    /// <summary>Makes a digest from the result of SHA-256.</summary>
    /// <param name="hash">32 bytes.</param>
    /// <exception cref="ArgumentException">It has another length.</exception>
    public static Digest FromSha256(ReadOnlySpan<byte> hash)
    {
        if (hash.Length != 32)
            throw new ArgumentException("SHA-256 gives 32 bytes", nameof(hash));
        return new Digest("sha256:" + Convert.ToHexStringLower(hash));
    }

    /// <summary>Parses a digest.</summary>
    /// <param name="text">Algorithm, colon, lower-case hexadecimal digits.</param>
    /// <exception cref="FormatException">It is malformed, or its algorithm is not known.</exception>
    public static Digest Parse(string text) => TryParse(text, out Digest digest)
        ? digest
        : throw new FormatException($"'{text}' is not a digest (sha256:, sha384: or sha512: and lower-case hexadecimal digits)");

    /// <summary>Parses a digest.</summary>
    /// <param name="text">Algorithm, colon, lower-case hexadecimal digits.</param>
    /// <param name="digest">The digest.</param>
    /// <returns>Whether it is one.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, out Digest digest)
    {
        digest = default;
        int separator = text?.IndexOf(':', StringComparison.Ordinal) ?? -1;
        if (separator < 0)
            return false;
        int digits = text.AsSpan(0, separator) switch
        {
            "sha256" => 64,
            "sha384" => 96,
            "sha512" => 128,
            _ => -1,
        };
        ReadOnlySpan<char> hex = text.AsSpan(separator + 1);
        if (hex.Length != digits || hex.ContainsAnyExcept(LowerHex))
            return false;
        digest = new Digest(text!);
        return true;
    }

    /// <summary>Algorithm, colon, digits.</summary>
    public override string ToString() => _value ?? EmptySha256;
}
