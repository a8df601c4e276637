using System.Text;

namespace Coracle.Filesystem.Layers.Tar;

/// <summary>
/// The records of one extended header that matter to a layer. An empty value means that the header's own value stands.
/// </summary>
internal sealed class PaxRecords
{
    private static readonly byte[] XattrPrefix = "SCHILY.xattr."u8.ToArray();

    private readonly List<ExtendedAttribute> _xattrs = [];
    private readonly List<SparseRegion> _regions = [];
    private byte[] _data = [];
    private Range _path, _linkPath, _sparseName;
    private long _sparseOffset = -1;

    internal ReadOnlySpan<byte> Path => _data.AsSpan(_path);

    internal ReadOnlySpan<byte> LinkPath => _data.AsSpan(_linkPath);

    internal long? Size { get; private set; }

    internal long? Uid { get; private set; }

    internal long? Gid { get; private set; }

    internal (long Seconds, uint Nanoseconds)? Modified { get; private set; }

    internal List<ExtendedAttribute> Xattrs => _xattrs;

    /// <summary>Whether the records say that the entry is sparse.</summary>
    internal bool IsSparse { get; private set; }

    /// <summary>Whether the map of the sparse file is at the start of its data (format 1.0).</summary>
    internal bool HasMapInData { get; private set; }

    internal ReadOnlySpan<byte> SparseName => _data.AsSpan(_sparseName);

    internal long? SparseRealSize { get; private set; }

    internal List<SparseRegion> Regions => _regions;

    internal void Clear()
    {
        _path = _linkPath = _sparseName = default;
        Size = Uid = Gid = SparseRealSize = null;
        Modified = null;
        IsSparse = HasMapInData = false;
        _sparseOffset = -1;
        _xattrs.Clear();
        _regions.Clear();
    }

    /// <summary>Reads an extended header: records of "length key=value\n". It replaces what was read before.</summary>
    internal void Parse(ReadOnlySpan<byte> data)
    {
        Clear();
        if (_data.Length < data.Length)
            _data = new byte[Math.Max(1024, data.Length)];
        data.CopyTo(_data);
        int position = 0;
        while (position < data.Length)
        {
            ReadOnlySpan<byte> rest = data[position..];
            int space = rest.IndexOf((byte)' ');
            if (space <= 0
                || !TarNumber.TryParseDecimal(rest[..space], out long length)
                || length > rest.Length
                || length < space + 3
                || rest[(int)length - 1] != '\n')
                throw TarError.Malformed("a record of an extended header has a wrong length");
            int equals = rest[(space + 1)..(int)length].IndexOf((byte)'=');
            if (equals <= 0)
                throw TarError.Malformed("a record of an extended header has no key");
            int valueStart = space + 1 + equals + 1;
            Add(
                rest.Slice(space + 1, equals),
                rest[valueStart..((int)length - 1)],
                (position + valueStart)..(position + (int)length - 1));
            position += (int)length;
        }
    }

    private void Add(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, Range place)
    {
        if (key.StartsWith(XattrPrefix))
            AddXattr(key[XattrPrefix.Length..], value);
        else if (key.StartsWith("GNU.sparse."u8))
            AddSparse(key["GNU.sparse.".Length..], value, place);
        else if (key.SequenceEqual("path"u8))
            _path = Name(value, place);
        else if (key.SequenceEqual("linkpath"u8))
            _linkPath = Name(value, place);
        else if (key.SequenceEqual("mtime"u8) && !value.IsEmpty)
            Modified = Time(value);
        else if (key.SequenceEqual("size"u8) && !value.IsEmpty)
            Size = Number(value, "size");
        else if (key.SequenceEqual("uid"u8) && !value.IsEmpty)
            Uid = Number(value, "uid");
        else if (key.SequenceEqual("gid"u8) && !value.IsEmpty)
            Gid = Number(value, "gid");
    }

    private void AddXattr(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (name.IsEmpty || name.Contains((byte)0))
            throw TarError.Malformed("an extended attribute has no usable name");
        if (name.Length > TarLimits.MaxXattrName)
            throw TarError.TooLarge($"the name of extended attribute {TarError.Text(name)} is too long", TarLimits.MaxXattrName);
        if (value.Length > TarLimits.MaxXattrValue)
            throw TarError.TooLarge($"extended attribute {TarError.Text(name)} is too large", TarLimits.MaxXattrValue);
        string text = Encoding.UTF8.GetString(name);
        _xattrs.RemoveAll(known => known.Name == text);
        _xattrs.Add(new ExtendedAttribute(text, value.ToArray()));
    }

    private void AddSparse(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, Range place)
    {
        IsSparse = true;
        if (key.SequenceEqual("major"u8))
            HasMapInData = Number(value, "sparse format") == 1;
        else if (key.SequenceEqual("name"u8))
            _sparseName = Name(value, place);
        else if (key.SequenceEqual("realsize"u8) || key.SequenceEqual("size"u8))
            SparseRealSize = Number(value, "real size");
        else if (key.SequenceEqual("map"u8))
            SparseMap.AddList(value, _regions);
        else if (key.SequenceEqual("offset"u8))
            _sparseOffset = Number(value, "sparse offset");
        else if (key.SequenceEqual("numbytes"u8))
            AddRegion(Number(value, "sparse length"));
    }

    // Format 0.0: offset and length are records of their own, in turn.
    private void AddRegion(long length)
    {
        if (_sparseOffset < 0)
            throw TarError.Malformed("a sparse map has a length without an offset");
        SparseMap.Add(_regions, _sparseOffset, length);
        _sparseOffset = -1;
    }

    private static Range Name(ReadOnlySpan<byte> value, Range place) => value.Contains((byte)0)
        ? throw TarError.Malformed("a name has a zero byte")
        : place;

    private static long Number(ReadOnlySpan<byte> value, string what) => TarNumber.TryParseDecimal(value, out long number)
        ? number
        : throw TarError.Malformed($"the {what} of an extended header is not a number");

    private static (long Seconds, uint Nanoseconds) Time(ReadOnlySpan<byte> value) =>
        TarNumber.TryParseTime(value, out long seconds, out uint nanoseconds)
            ? (seconds, nanoseconds)
            : throw TarError.Malformed("the mtime of an extended header is not a time");
}
