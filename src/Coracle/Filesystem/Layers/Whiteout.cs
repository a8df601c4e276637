using Coracle.Filesystem.Layers.Tar;

namespace Coracle.Filesystem.Layers;

/// <summary>
/// What a name means for the layers below. Names that begin with ".wh." are marks (OCI image specification, "Whiteouts");
/// those that begin with ".wh..wh." are AUFS's own, of which one survived into the specification.
/// </summary>
internal static class Whiteout
{
    /// <summary>What a path is: a plain entry, or a mark.</summary>
    /// <exception cref="ContainerRuntimeException">It is a mark for nothing, or lies below one.</exception>
    internal static WhiteoutKind KindOf(ReadOnlySpan<byte> path)
    {
        ReadOnlySpan<byte> name = LayerPath.NameOf(path);
        foreach (Range range in path.Split((byte)'/'))
        {
            ReadOnlySpan<byte> part = path[range];
            bool isLast = range.End.GetOffset(path.Length) == path.Length;
            if (!part.StartsWith(Prefix))
                continue;
            if (part.StartsWith(AufsPrefix) && !(isLast && part.SequenceEqual(OpaqueName)))
                return WhiteoutKind.Ignored;
            if (!isLast)
                throw TarError.Malformed($"{TarError.Text(path)} lies below a whiteout");
        }
        if (!name.StartsWith(Prefix))
            return WhiteoutKind.None;
        if (name.SequenceEqual(OpaqueName))
            return WhiteoutKind.Opaque;
        return Hidden(name) is { IsEmpty: false } hidden && !hidden.SequenceEqual("."u8) && !hidden.SequenceEqual(".."u8)
            ? WhiteoutKind.Hides
            : throw TarError.Malformed($"{TarError.Text(path)} is a whiteout of no name");
    }

    /// <summary>Makes the path of a mark into the path that it hides, in place.</summary>
    internal static ReadOnlySpan<byte> HiddenPath(Span<byte> path)
    {
        int name = path.LastIndexOf((byte)'/') + 1;
        path[(name + Prefix.Length)..].CopyTo(path[name..]);
        return path[..^Prefix.Length];
    }

    private static ReadOnlySpan<byte> Prefix => ".wh."u8;

    private static ReadOnlySpan<byte> AufsPrefix => ".wh..wh."u8;

    private static ReadOnlySpan<byte> OpaqueName => ".wh..wh..opq"u8;

    private static ReadOnlySpan<byte> Hidden(ReadOnlySpan<byte> name) => name[Prefix.Length..];
}

/// <summary>What a name means for the layers below.</summary>
internal enum WhiteoutKind
{
    /// <summary>Nothing: it is an entry.</summary>
    None,

    /// <summary>It hides the name that follows the mark.</summary>
    Hides,

    /// <summary>It hides everything in its directory.</summary>
    Opaque,

    /// <summary>Housekeeping of AUFS, no part of the tree.</summary>
    Ignored,
}
