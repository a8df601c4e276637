namespace Coracle.Filesystem.Layers.Tar;

/// <summary>A header block and its fields (POSIX ustar, and GNU tar's tar.h). All numbers in it are only claims.</summary>
internal readonly ref struct TarHeader
{
    internal const int BlockSize = 512;

    private const int ChecksumOffset = 148;
    private const int ChecksumLength = 8;

    private readonly ReadOnlySpan<byte> _block;

    private TarHeader(ReadOnlySpan<byte> block, TarFormat format)
    {
        _block = block;
        Format = format;
    }

    internal TarFormat Format { get; }

    internal byte TypeFlag => _block[156];

    internal ReadOnlySpan<byte> Name => Text(0, 100);

    internal ReadOnlySpan<byte> LinkName => Text(157, 100);

    /// <summary>What goes before <see cref="Name"/>, with a slash between; empty if the format has none.</summary>
    internal ReadOnlySpan<byte> Prefix => Format switch
    {
        TarFormat.Ustar => Text(345, 155),
        TarFormat.Star => Text(345, 131),
        _ => default,
    };

    internal long Mode => Number(100, 8, "mode");

    internal long Uid => Number(108, 8, "uid");

    internal long Gid => Number(116, 8, "gid");

    internal long Size => Number(124, 12, "size");

    internal long Modified => Number(136, 12, "mtime");

    internal long Major => Format == TarFormat.V7 ? 0 : Number(329, 8, "devmajor");

    internal long Minor => Format == TarFormat.V7 ? 0 : Number(337, 8, "devminor");

    /// <summary>The four places for sparse regions in an old GNU header, and whether extension blocks follow.</summary>
    internal ReadOnlySpan<byte> SparseRegions => _block.Slice(386, 4 * SparseMap.OldRegionSize);

    internal bool HasSparseExtension => _block[482] != 0;

    internal long SparseRealSize => Number(483, 12, "real size");

    internal static bool IsZero(ReadOnlySpan<byte> block) => !block.ContainsAnyExcept((byte)0);

    /// <summary>Takes a block as a header if its checksum says that it is one.</summary>
    internal static TarHeader Parse(ReadOnlySpan<byte> block)
    {
        long claimed = TarNumber.Parse(block.Slice(ChecksumOffset, ChecksumLength), "checksum");
        if (claimed != Checksum(block, signed: false) && claimed != Checksum(block, signed: true))
            throw TarError.Malformed("the checksum of a header is wrong");
        return new TarHeader(block, FormatOf(block));
    }

    // The checksum counts its own field as blanks. Some old writers summed signed characters.
    private static long Checksum(ReadOnlySpan<byte> block, bool signed)
    {
        long sum = ChecksumLength * ' ';
        for (int i = 0; i < BlockSize; i++)
        {
            if (i is < ChecksumOffset or >= ChecksumOffset + ChecksumLength)
                sum += signed ? (sbyte)block[i] : block[i];
        }
        return sum;
    }

    private static TarFormat FormatOf(ReadOnlySpan<byte> block)
    {
        ReadOnlySpan<byte> magic = block.Slice(257, 6);
        if (magic.SequenceEqual("ustar\0"u8))
            return block.Slice(508, 4).SequenceEqual("tar\0"u8) ? TarFormat.Star : TarFormat.Ustar;
        return block.Slice(257, 8).SequenceEqual("ustar  \0"u8) ? TarFormat.Gnu : TarFormat.V7;
    }

    private ReadOnlySpan<byte> Text(int offset, int length)
    {
        ReadOnlySpan<byte> field = _block.Slice(offset, length);
        int end = field.IndexOf((byte)0);
        return end < 0 ? field : field[..end];
    }

    private long Number(int offset, int length, string what) => TarNumber.Parse(_block.Slice(offset, length), what);
}

/// <summary>The dialects of tar headers.</summary>
internal enum TarFormat
{
    V7,
    Ustar,
    Star,
    Gnu,
}
