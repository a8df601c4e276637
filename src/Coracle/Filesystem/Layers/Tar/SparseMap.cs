namespace Coracle.Filesystem.Layers.Tar;

/// <summary>The maps that say where a sparse file has data, in their three notations, and what makes one valid.</summary>
internal static class SparseMap
{
    /// <summary>A region in an old GNU header: two fields of 12 octal digits.</summary>
    internal const int OldRegionSize = 24;

    private const int FieldSize = 12;

    /// <summary>Adds the regions of an old GNU header or extension block.</summary>
    internal static void AddOld(ReadOnlySpan<byte> places, List<SparseRegion> regions)
    {
        for (; places.Length >= OldRegionSize && places[0] != 0; places = places[OldRegionSize..])
        {
            Add(
                regions,
                TarNumber.Parse(places[..FieldSize], "sparse offset"),
                TarNumber.Parse(places.Slice(FieldSize, FieldSize), "sparse length"));
        }
    }

    /// <summary>Adds the regions of <c>GNU.sparse.map</c> (0.1): decimal numbers with commas between.</summary>
    internal static void AddList(ReadOnlySpan<byte> list, List<SparseRegion> regions)
    {
        while (!list.IsEmpty)
        {
            if (!TryTake(ref list, out long offset) || !TryTake(ref list, out long length))
                throw TarError.Malformed("a sparse map is not a list of numbers");
            Add(regions, offset, length);
        }
    }

    internal static void Add(List<SparseRegion> regions, long offset, long length)
    {
        if (regions.Count == TarLimits.MaxSparseRegions)
            throw TarError.TooLarge("a sparse file has too many pieces", TarLimits.MaxSparseRegions);
        regions.Add(new SparseRegion(offset, length));
    }

    /// <summary>Regions must follow each other inside the file, and the archive must have exactly their bytes.</summary>
    internal static void Verify(TarEntry entry)
    {
        long position = 0, sum = 0;
        foreach ((long offset, long length) in entry.Regions)
        {
            if (offset < position || length < 0 || length > entry.Size - offset)
                throw TarError.Malformed("the pieces of a sparse file overlap or leave the file");
            position = offset + length;
            sum += length;
        }
        if (sum != entry.DataSize)
            throw TarError.Malformed($"a sparse file has {entry.DataSize} bytes of data, its map says {sum}");
    }

    private static bool TryTake(ref ReadOnlySpan<byte> list, out long number)
    {
        int comma = list.IndexOf((byte)',');
        ReadOnlySpan<byte> text = comma < 0 ? list : list[..comma];
        list = comma < 0 ? default : list[(comma + 1)..];
        return TarNumber.TryParseDecimal(text, out number);
    }
}
