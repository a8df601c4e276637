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

    /// <summary>The part before the first slash.</summary>
    internal static ReadOnlySpan<byte> First(ReadOnlySpan<byte> path)
    {
        int slash = path.IndexOf((byte)'/');
        return slash < 0 ? path : path[..slash];
    }

    /// <summary>A path in the terms of <see cref="ILayerTreeWriter"/> from parts that may be empty and have "..".</summary>
    internal static byte[] Combine(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, ReadOnlySpan<byte> third)
    {
        byte[] path = new byte[first.Length + second.Length + third.Length + 2];
        int length = 0;
        Append(path, ref length, first);
        Append(path, ref length, second);
        Append(path, ref length, third);
        return path[..length];
    }

    private static void Append(byte[] path, ref int length, ReadOnlySpan<byte> parts)
    {
        while (!parts.IsEmpty)
        {
            ReadOnlySpan<byte> part = First(parts);
            parts = part.Length == parts.Length ? default : parts[(part.Length + 1)..];
            if (part.IsEmpty || part.SequenceEqual("."u8))
                continue;
            if (part.SequenceEqual(".."u8))
            {
                length = Math.Max(path.AsSpan(0, length).LastIndexOf((byte)'/'), 0);
                continue;
            }
            if (length > 0)
                path[length++] = (byte)'/';
            part.CopyTo(path.AsSpan(length));
            length += part.Length;
        }
    }
}
