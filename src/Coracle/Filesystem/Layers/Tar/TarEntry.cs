namespace Coracle.Filesystem.Layers.Tar;

/// <summary>
/// One entry of a tar, all its headers taken together. There is one object for all entries of an archive: it is valid until
/// the next.
/// </summary>
internal sealed class TarEntry
{
    private readonly List<ExtendedAttribute> _xattrs = [];
    private readonly List<SparseRegion> _regions = [];
    private byte[] _name = [];
    private byte[] _linkName = [];
    private int _nameLength;
    private int _linkNameLength;

    internal TarEntryKind Kind { get; set; }

    /// <summary>The name as the archive has it: not cleaned, perhaps hostile.</summary>
    internal ReadOnlySpan<byte> Name
    {
        get => _name.AsSpan(0, _nameLength);
        set => Copy(value, ref _name, out _nameLength);
    }

    /// <summary>The target of a link as the archive has it.</summary>
    internal ReadOnlySpan<byte> LinkName
    {
        get => _linkName.AsSpan(0, _linkNameLength);
        set => Copy(value, ref _linkName, out _linkNameLength);
    }

    /// <summary>The permission bits (07777 octal).</summary>
    internal uint Mode { get; set; }

    internal uint Uid { get; set; }

    internal uint Gid { get; set; }

    internal long ModifiedSeconds { get; set; }

    internal uint ModifiedNanoseconds { get; set; }

    /// <summary>The size of a regular file, holes included.</summary>
    internal long Size { get; set; }

    /// <summary>The bytes of content that the archive has.</summary>
    internal long DataSize { get; set; }

    internal uint Major { get; set; }

    internal uint Minor { get; set; }

    internal List<ExtendedAttribute> Xattrs => _xattrs;

    /// <summary>Whether only <see cref="Regions"/> have data.</summary>
    internal bool IsSparse { get; set; }

    internal List<SparseRegion> Regions => _regions;

    private static void Copy(ReadOnlySpan<byte> value, ref byte[] target, out int length)
    {
        if (target.Length < value.Length)
            target = new byte[Math.Max(256, value.Length)];
        value.CopyTo(target);
        length = value.Length;
    }
}
