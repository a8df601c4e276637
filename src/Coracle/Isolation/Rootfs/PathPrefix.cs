namespace Coracle.Isolation.Rootfs;

/// <summary>Which normalised path lies below which.</summary>
internal static class PathPrefix
{
    /// <summary>Whether a path lies below a directory.</summary>
    internal static bool Contains(string directory, string path) =>
        path.Length > directory.Length && path[directory.Length] == '/' && path.StartsWith(directory, StringComparison.Ordinal);

    /// <summary>The directory of a path; empty for that of a path right below the root.</summary>
    internal static string Parent(string path) => path[..path.LastIndexOf('/')];
}
