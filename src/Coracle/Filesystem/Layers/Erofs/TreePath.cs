using System.Text;

namespace Coracle.Filesystem.Layers.Erofs;

/// <summary>Paths of a layer: bytes between slashes.</summary>
internal static class TreePath
{
    // A hostile path must not make a message of megabytes.
    private const int MaxShown = 256;

    internal static string Text(ReadOnlySpan<byte> path)
    {
        bool cut = path.Length > MaxShown;
        StringBuilder text = new(Encoding.UTF8.GetString(cut ? path[..MaxShown] : path));
        for (int i = 0; i < text.Length; i++)
        {
            if (char.IsControl(text[i]))
                text[i] = '?';
        }
        return cut ? text.Append("...").ToString() : text.ToString();
    }
}
