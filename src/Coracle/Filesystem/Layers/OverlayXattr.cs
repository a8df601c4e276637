namespace Coracle.Filesystem.Layers;

/// <summary>The extended attributes that overlay itself reads and writes.</summary>
internal static class OverlayXattr
{
    /// <summary>Says that a directory hides what lower layers have in it.</summary>
    internal const string Opaque = Prefix + "opaque";

    /// <summary>The same for overlays mounted with <c>userxattr</c>.</summary>
    internal const string UserOpaque = UserPrefix + "opaque";

    private const string Prefix = "trusted.overlay.";
    private const string UserPrefix = "user.overlay.";

    /// <summary>Whether an attribute is overlay's.</summary>
    internal static bool IsOne(string name) =>
        name.StartsWith(Prefix, StringComparison.Ordinal) || name.StartsWith(UserPrefix, StringComparison.Ordinal);
}
