namespace Coracle.Filesystem.Layers.Tar;

internal sealed partial class TarParser
{
    private readonly PaxRecords _pax = new();
    private byte[] _extended = [];
    private int _extendedLength;
    private byte _extendedType;
    private bool _hasPax;
    private byte[]? _longName;
    private byte[]? _longLinkName;

    // Headers that speak of the next entry have come, but not the entry.
    private bool HasPending => _hasPax || _longName is not null || _longLinkName is not null;

    private void TakeHeader(TarHeader header)
    {
        if (++_entries > TarLimits.MaxEntries)
            throw TarError.TooLarge("too many entries", TarLimits.MaxEntries);
        if (header.TypeFlag is (byte)'x' or (byte)'g' or (byte)'L' or (byte)'K')
            BeginExtendedData(header);
        else
            BeginEntry(header);
    }

    private void BeginExtendedData(TarHeader header)
    {
        long size = header.Size;
        if (size is < 0 or > TarLimits.MaxHeaderData)
            throw TarError.TooLarge("an extended header or long name is too large", TarLimits.MaxHeaderData);
        if (_extended.Length < size)
            _extended = new byte[Math.Max(TarHeader.BlockSize * 2, (int)size)];
        _extendedType = header.TypeFlag;
        _extendedLength = 0;
        _remaining = size;
        _padding = PaddingOf(size);
        if (size == 0)
            EndExtendedData();
        else
            _state = State.ExtendedData;
    }

    private void TakeExtendedData(ref ReadOnlySpan<byte> bytes)
    {
        int length = (int)Math.Min(_remaining, bytes.Length);
        bytes[..length].CopyTo(_extended.AsSpan(_extendedLength));
        bytes = bytes[length..];
        _extendedLength += length;
        _remaining -= length;
        if (_remaining == 0)
            EndExtendedData();
    }

    private void EndExtendedData()
    {
        ReadOnlySpan<byte> data = _extended.AsSpan(0, _extendedLength);
        switch (_extendedType)
        {
            case (byte)'x':
                _pax.Parse(data);
                _hasPax = true;
                break;
            case (byte)'L':
                _longName = UntilZero(data);
                break;
            case (byte)'K':
                _longLinkName = UntilZero(data);
                break;

            // 'g': every engine that reads layers passes over global headers, so an image that had one would be another tree
            // elsewhere if we did not. What is in them in practice is a comment (git archive).
            default:
                break;
        }
        _state = _padding > 0 ? State.Padding : State.Header;
    }

    private void BeginEntry(TarHeader header)
    {
        bool isOldSparse = header is { TypeFlag: (byte)'S', Format: TarFormat.Gnu };
        long size = _pax.Size ?? header.Size;
        SetNames(header);
        _entry.Kind = KindOf(header, _entry.Name);
        SetMetadata(header);
        _entry.IsSparse = _entry.Kind == TarEntryKind.File && (isOldSparse || _pax.IsSparse);
        SetSize(header, size, isOldSparse);
        _entry.Xattrs.Clear();
        _entry.Xattrs.AddRange(_pax.Xattrs);
        bool hasMapInData = _entry.IsSparse && !isOldSparse && _pax.HasMapInData;
        bool hasExtension = _entry.IsSparse && isOldSparse && header.HasSparseExtension;
        ClearPending();
        if (hasMapInData)
            BeginSparseMap();
        else if (hasExtension)
            _state = State.SparseExtension;
        else
            BeginContent();
    }

    private void SetNames(TarHeader header)
    {
        if (_longName is { } longName)
            _entry.Name = longName;
        else if (!_pax.SparseName.IsEmpty)
            _entry.Name = _pax.SparseName;
        else if (!_pax.Path.IsEmpty)
            _entry.Name = _pax.Path;
        else
            SetHeaderName(header);
        _entry.LinkName = _longLinkName ?? (_pax.LinkPath.IsEmpty ? header.LinkName : _pax.LinkPath);
    }

    private void SetHeaderName(TarHeader header)
    {
        Span<byte> joined = stackalloc byte[TarHeader.BlockSize];
        int length = header.Prefix.Length;
        header.Prefix.CopyTo(joined);
        if (length > 0)
            joined[length++] = (byte)'/';
        header.Name.CopyTo(joined[length..]);
        _entry.Name = joined[..(length + header.Name.Length)];
    }

    private void SetMetadata(TarHeader header)
    {
        _entry.Mode = (uint)header.Mode & 0xFFF;
        _entry.Uid = IdOf(_pax.Uid ?? header.Uid, "uid");
        _entry.Gid = IdOf(_pax.Gid ?? header.Gid, "gid");
        (_entry.ModifiedSeconds, _entry.ModifiedNanoseconds) = _pax.Modified ?? (header.Modified, 0);
        bool isDevice = _entry.Kind is TarEntryKind.CharacterDevice or TarEntryKind.BlockDevice;
        _entry.Major = isDevice ? DeviceNumber(header.Major, TarLimits.MaxMajor) : 0;
        _entry.Minor = isDevice ? DeviceNumber(header.Minor, TarLimits.MaxMinor) : 0;
    }

    private void SetSize(TarHeader header, long size, bool isOldSparse)
    {
        // Whatever the header of a link, device or directory says, no content follows it (Go's archive/tar, isHeaderOnly).
        if (_entry.Kind != TarEntryKind.File)
            size = 0;
        if (size < 0)
            throw TarError.Malformed("the size of an entry is negative");
        _entry.DataSize = size;
        _entry.Size = size;
        _entry.Regions.Clear();
        if (_entry.IsSparse)
        {
            _entry.Size = isOldSparse ? header.SparseRealSize : _pax.SparseRealSize ?? size;
            if (isOldSparse)
                SparseMap.AddOld(header.SparseRegions, _entry.Regions);
            else if (!_pax.HasMapInData)
                _entry.Regions.AddRange(_pax.Regions);
        }
        if (_entry.Size is < 0 or > TarLimits.MaxFileSize)
            throw TarError.TooLarge($"{TarError.Text(_entry.Name)} is too large", TarLimits.MaxFileSize);
        _remaining = size;
        _padding = PaddingOf(size);
    }

    private void ClearPending()
    {
        _pax.Clear();
        _hasPax = false;
        _longName = null;
        _longLinkName = null;
    }

    // A directory was a file with a slash at the end before ustar.
    private static TarEntryKind KindOf(TarHeader header, ReadOnlySpan<byte> name) => header.TypeFlag switch
    {
        (byte)'0' or 0 => name.EndsWith("/"u8) ? TarEntryKind.Directory : TarEntryKind.File,
        (byte)'7' => TarEntryKind.File,
        (byte)'S' when header.Format == TarFormat.Gnu => TarEntryKind.File,
        (byte)'1' => TarEntryKind.HardLink,
        (byte)'2' => TarEntryKind.SymbolicLink,
        (byte)'3' => TarEntryKind.CharacterDevice,
        (byte)'4' => TarEntryKind.BlockDevice,
        (byte)'5' => TarEntryKind.Directory,
        (byte)'6' => TarEntryKind.Fifo,
        byte other => throw TarError.Malformed($"{TarError.Text(name)} is of the unknown type 0x{other:x2}"),
    };

    // The last id means "leave it as it is" to chown(2).
    private static uint IdOf(long id, string what) => id is >= 0 and < uint.MaxValue
        ? (uint)id
        : throw TarError.Malformed($"the {what} {id} does not exist");

    private static uint DeviceNumber(long number, uint max) => number >= 0 && number <= max
        ? (uint)number
        : throw TarError.Malformed($"the device number {number} does not exist");

    private static byte[] UntilZero(ReadOnlySpan<byte> data)
    {
        int end = data.IndexOf((byte)0);
        return (end < 0 ? data : data[..end]).ToArray();
    }
}
