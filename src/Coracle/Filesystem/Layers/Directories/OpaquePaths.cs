using System.Text;

namespace Coracle.Filesystem.Layers.Directories;

/// <summary>The directories of a layer in which nothing of the layers below is seen.</summary>
internal sealed class OpaquePaths
{
    private readonly HashSet<string> _paths = [];

    internal void Add(ReadOnlySpan<byte> path) => _paths.Add(Key(path));

    /// <summary>Whether a path lies below one of them.</summary>
    internal bool Covers(ReadOnlySpan<byte> path)
    {
        if (_paths.Count == 0)
            return false;
        while (!path.IsEmpty)
        {
            path = LayerPath.ParentOf(path);
            if (_paths.Contains(Key(path)))
                return true;
        }
        return false;
    }

    // One character a byte: names need not be UTF-8.
    private static string Key(ReadOnlySpan<byte> path) => Encoding.Latin1.GetString(path);
}
