using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Coracle;

/// <summary>
/// The operating system and processor that an image is for, in Go's words: <c>linux/amd64</c>, <c>linux/arm64/v8</c>.
/// </summary>
/// <remarks>Other spellings (<c>x86_64</c>, <c>aarch64</c>, <c>armhf</c>...) are normalised, and the default variants
/// (<c>arm64/v8</c>, <c>arm/v7</c>, <c>amd64/v1</c>) count as the same platform as no variant.</remarks>
public sealed record Platform
{
    private Platform(string os, string architecture, string? variant) =>
        (Os, Architecture, Variant) = (os, architecture, variant);

    /// <summary>The operating system, for example <c>linux</c>.</summary>
    public string Os { get; }

    /// <summary>The processor, for example <c>amd64</c>.</summary>
    public string Architecture { get; }

    /// <summary>The variant of the processor, for example <c>v7</c>; null if none or the default one.</summary>
    public string? Variant { get; }

    /// <summary>The platform of this host. Images are for Linux.</summary>
    public static Platform Host { get; } = Create("linux", RuntimeInformation.OSArchitecture switch
    {
        System.Runtime.InteropServices.Architecture.X64 => "amd64",
        System.Runtime.InteropServices.Architecture.X86 => "386",
        System.Runtime.InteropServices.Architecture.Arm64 => "arm64",
        System.Runtime.InteropServices.Architecture.Arm => "arm",
        var other => other.ToString().ToLowerInvariant(),
    });

    /// <summary>Makes a platform, normalised.</summary>
    /// <param name="os">The operating system.</param>
    /// <param name="architecture">The processor.</param>
    /// <param name="variant">The variant; null or empty for none.</param>
    public static Platform Create(string os, string architecture, string? variant = null)
    {
        ArgumentNullException.ThrowIfNull(os);
        ArgumentNullException.ThrowIfNull(architecture);
        string normalOs = os.ToLowerInvariant() is "macos" ? "darwin" : os.ToLowerInvariant();
        string? normalVariant = string.IsNullOrEmpty(variant) ? null : variant.ToLowerInvariant();
        (string arch, normalVariant) = (architecture.ToLowerInvariant(), normalVariant) switch
        {
            ("x86_64" or "x86-64" or "amd64", "v1" or null) => ("amd64", null),
            ("x86_64" or "x86-64" or "amd64", var v) => ("amd64", v),
            ("i386" or "i486" or "i586" or "i686" or "x86", _) => ("386", null),
            ("aarch64" or "arm64", "8" or "v8" or null) => ("arm64", null),
            ("aarch64" or "arm64", var v) => ("arm64", v),
            ("armhf", _) => ("arm", null),
            ("armel", _) => ("arm", "v6"),
            ("arm", "7" or "v7" or null) => ("arm", null),
            ("arm", "5" or "6" or "8") => ("arm", "v" + normalVariant),
            var other => other,
        };
        return new Platform(normalOs, arch, normalVariant);
    }

    /// <summary>Parses <c>os/architecture[/variant]</c>.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="FormatException">It is malformed.</exception>
    public static Platform Parse(string text) => TryParse(text, out Platform? platform)
        ? platform
        : throw new FormatException($"'{text}' is not a platform (os/architecture[/variant], for example linux/amd64)");

    /// <summary>Parses <c>os/architecture[/variant]</c>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="platform">The platform.</param>
    /// <returns>Whether it is one.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out Platform? platform)
    {
        platform = null;
        string[] parts = text?.Split('/') ?? [];
        if (parts.Length is not (2 or 3) || !Array.TrueForAll(parts, IsWord))
            return false;
        platform = Create(parts[0], parts[1], parts.Length == 3 ? parts[2] : null);
        return true;
    }

    /// <summary><c>os/architecture[/variant]</c>.</summary>
    public override string ToString() => Variant is null ? $"{Os}/{Architecture}" : $"{Os}/{Architecture}/{Variant}";

    private static bool IsWord(string part) =>
        part.Length > 0 && part.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-');
}
