using Coracle.Filesystem.Layers.Tar;

namespace Coracle.Filesystem.Layers;

/// <summary>Turns the names of a tar into the paths of <see cref="ILayerTreeWriter"/>.</summary>
internal static class LayerPath
{
    /// <summary>Cleans a name: no slash at either end, no empty, "." or ".." parts.</summary>
    /// <param name="name">The name as the archive has it.</param>
    /// <param name="path">Where the path goes: at least as long as <paramref name="name"/>.</param>
    /// <returns>The path; empty for the root.</returns>
    /// <exception cref="ContainerRuntimeException">The name leaves the root, or is longer than the kernel takes.</exception>
    internal static ReadOnlySpan<byte> Clean(ReadOnlySpan<byte> name, Span<byte> path)
    {
        if (name.Length > TarLimits.MaxPath)
            throw TarError.TooLarge($"the path {TarError.Text(name)} is too long", TarLimits.MaxPath);
        int length = 0;
        foreach (Range range in name.Split((byte)'/'))
        {
            ReadOnlySpan<byte> part = name[range];
            if (part.IsEmpty || part.SequenceEqual("."u8))
                continue;
            if (part.SequenceEqual(".."u8))
            {
                // As the peers do: "a/../b" is "b", whatever "a" is.
                if (length == 0)
                    throw TarError.Malformed($"{TarError.Text(name)} leads out of the layer");
                length = Math.Max(0, path[..length].LastIndexOf((byte)'/'));
                continue;
            }
            if (part.Length > TarLimits.MaxName)
                throw TarError.TooLarge($"a name in {TarError.Text(name)} is too long", TarLimits.MaxName);
            if (length > 0)
                path[length++] = (byte)'/';
            part.CopyTo(path[length..]);
            length += part.Length;
        }
        return path[..length];
    }

    /// <summary>The last part.</summary>
    internal static ReadOnlySpan<byte> NameOf(ReadOnlySpan<byte> path) => path[(path.LastIndexOf((byte)'/') + 1)..];

    /// <summary>All but the last part; empty for the root.</summary>
    internal static ReadOnlySpan<byte> ParentOf(ReadOnlySpan<byte> path) => path[..Math.Max(0, path.LastIndexOf((byte)'/'))];

    /// <summary>The first part.</summary>
    internal static ReadOnlySpan<byte> FirstOf(ReadOnlySpan<byte> path)
    {
        int slash = path.IndexOf((byte)'/');
        return slash < 0 ? path : path[..slash];
    }

    /// <summary>A path from parts that may be empty and have ".." in them, as targets of links do.</summary>
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
            ReadOnlySpan<byte> part = FirstOf(parts);
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
