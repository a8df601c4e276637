using Coracle.Filesystem.Layers.Tar;

namespace Coracle.Filesystem.Layers;

/// <summary>
/// Gives the entries of a layer's tar to the writer of its tree: names become safe paths, whiteouts of both forms become
/// overlay's, and nothing that would mean something to overlay itself gets through.
/// </summary>
internal sealed class LayerEntryApplier(ILayerTreeWriter writer) : ITarEntrySink
{
    private readonly byte[] _path = new byte[TarLimits.MaxPath];
    private readonly byte[] _target = new byte[TarLimits.MaxPath];
    private bool _takesData;

    private int _pathLength = -1;

    /// <summary>The path of the entry that was begun last, for messages; null before the first.</summary>
    internal string? Current => _pathLength switch
    {
        < 0 => null,
        0 => "/",
        _ => TarError.Text(_path.AsSpan(0, _pathLength)),
    };

    /// <inheritdoc />
    public void Begin(TarEntry entry)
    {
        _takesData = false;
        ReadOnlySpan<byte> path = LayerPath.Clean(entry.Name, _path);
        _pathLength = path.Length;
        switch (Whiteout.KindOf(path))
        {
            case WhiteoutKind.None:
                Add(path, entry);
                break;
            case WhiteoutKind.Hides:
                path = Whiteout.HiddenPath(_path.AsSpan(0, path.Length));
                _pathLength = path.Length;
                writer.AddWhiteout(path);
                break;
            case WhiteoutKind.Opaque:
                writer.SetOpaque(LayerPath.ParentOf(path));
                break;
            case WhiteoutKind.Ignored:
            default:
                break;
        }
    }

    /// <inheritdoc />
    public void Data(long position, ReadOnlySpan<byte> bytes)
    {
        if (_takesData)
            writer.WriteData(position, bytes);
    }

    /// <inheritdoc />
    public void End()
    {
        if (_takesData)
            writer.EndFile();
        _takesData = false;
    }

    private void Add(ReadOnlySpan<byte> path, TarEntry entry)
    {
        if (path.IsEmpty && entry.Kind != TarEntryKind.Directory)
            throw TarError.Malformed($"{TarError.Text(entry.Name)} is the root, but not a directory");
        ExtendedAttribute[] xattrs = TakeXattrs(entry, out bool isOpaque);
        EntryMetadata metadata = new(
            entry.Mode, entry.Uid, entry.Gid, entry.ModifiedSeconds, entry.ModifiedNanoseconds, xattrs);
        switch (entry.Kind)
        {
            case TarEntryKind.Directory:
                writer.AddDirectory(path, metadata);
                if (isOpaque)
                    writer.SetOpaque(path);
                break;
            case TarEntryKind.File:
                writer.BeginFile(path, entry.Size, metadata);
                _takesData = true;
                break;
            case TarEntryKind.HardLink:
                AddHardLink(path, entry);
                break;
            case TarEntryKind.SymbolicLink:
                AddSymbolicLink(path, entry, metadata);
                break;

            // The whiteout of overlay itself, as tools write it that pack an upper directory without translating it.
            case TarEntryKind.CharacterDevice when entry is { Major: 0, Minor: 0 }:
                writer.AddWhiteout(path);
                break;
            case TarEntryKind.CharacterDevice:
                writer.AddSpecial(path, SpecialFile.CharacterDevice, entry.Major, entry.Minor, metadata);
                break;
            case TarEntryKind.BlockDevice:
                writer.AddSpecial(path, SpecialFile.BlockDevice, entry.Major, entry.Minor, metadata);
                break;
            case TarEntryKind.Fifo:
            default:
                writer.AddSpecial(path, SpecialFile.Fifo, 0, 0, metadata);
                break;
        }
    }

    private void AddHardLink(ReadOnlySpan<byte> path, TarEntry entry)
    {
        ReadOnlySpan<byte> target = LayerPath.Clean(entry.LinkName, _target);
        if (target.IsEmpty)
            throw TarError.Malformed($"{Current} is a hard link to the root");

        // A link to itself says nothing; removing the name first, as for any other entry, would lose the file.
        if (!target.SequenceEqual(path))
            writer.AddHardLink(path, target);
    }

    private void AddSymbolicLink(ReadOnlySpan<byte> path, TarEntry entry, in EntryMetadata metadata)
    {
        // Where a symbolic link leads does not matter here: it is resolved inside the container.
        if (entry.LinkName.IsEmpty || entry.LinkName.Length > TarLimits.MaxPath)
            throw TarError.Malformed($"{Current} is a symbolic link to nothing, or to a path longer than {TarLimits.MaxPath}");
        writer.AddSymbolicLink(path, entry.LinkName, metadata);
    }

    /// <summary>
    /// Takes the attributes, without those of overlay. A layer that could set them would reach files of other layers and of
    /// the host: "redirect" and "metacopy" name other files, "origin" other inodes. Only "this directory is opaque" is part of
    /// what a layer may say.
    /// </summary>
    private static ExtendedAttribute[] TakeXattrs(TarEntry entry, out bool isOpaque)
    {
        isOpaque = false;
        if (entry.Xattrs.Count == 0)
            return [];
        List<ExtendedAttribute> kept = [];
        foreach (ExtendedAttribute xattr in entry.Xattrs)
        {
            if (!OverlayXattr.IsOne(xattr.Name))
                kept.Add(xattr);
            else if (xattr.Name is OverlayXattr.Opaque or OverlayXattr.UserOpaque)
                isOpaque |= xattr.Value.Span.SequenceEqual("y"u8);
        }
        return [.. kept];
    }
}
