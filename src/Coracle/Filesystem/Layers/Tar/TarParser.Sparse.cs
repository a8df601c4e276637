namespace Coracle.Filesystem.Layers.Tar;

internal sealed partial class TarParser
{
    private const int SparsePlacesInExtension = 21;

    // Twenty digits and a line end: the map of a sparse file 1.0 has nothing longer.
    private const int MaxMapLine = 21;

    private readonly byte[] _mapLine = new byte[MaxMapLine];
    private int _mapLineLength;
    private long _mapNumbers;
    private long _mapOffset;

    // Where in the regions the content has come to.
    private int _region;
    private long _regionDone;

    private void BeginSparseMap()
    {
        _mapLineLength = 0;
        _mapNumbers = -1;
        _state = State.SparseMap;
    }

    // The map is in blocks before the content and counts as content: the number of regions, then offset and length of each,
    // one decimal number a line; the last block is filled up.
    private void TakeSparseMap(ReadOnlySpan<byte> block)
    {
        if (_remaining < TarHeader.BlockSize)
            throw TarError.Malformed("the map of a sparse file is cut off");
        _remaining -= TarHeader.BlockSize;
        _entry.DataSize -= TarHeader.BlockSize;
        foreach (byte c in block)
        {
            if (c != '\n')
            {
                if (_mapLineLength == MaxMapLine)
                    throw TarError.Malformed("the map of a sparse file has a line that is no number");
                _mapLine[_mapLineLength++] = c;
                continue;
            }
            if (!TarNumber.TryParseDecimal(_mapLine.AsSpan(0, _mapLineLength), out long number))
                throw TarError.Malformed("the map of a sparse file has a line that is no number");
            _mapLineLength = 0;
            TakeMapNumber(number);
            if (_mapNumbers == 0)
            {
                BeginContent();
                return;
            }
        }
    }

    private void TakeMapNumber(long number)
    {
        if (_mapNumbers < 0)
        {
            if (number > TarLimits.MaxSparseRegions)
                throw TarError.TooLarge("a sparse file has too many pieces", TarLimits.MaxSparseRegions);
            _mapNumbers = number * 2;
            return;
        }
        if (_mapNumbers-- % 2 == 0)
            _mapOffset = number;
        else
            SparseMap.Add(_entry.Regions, _mapOffset, number);
    }

    // The regions' bytes lie one after the other in the archive.
    private void GiveSparse(ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty)
        {
            (long offset, long length) = _entry.Regions[_region];
            int taken = (int)Math.Min(length - _regionDone, data.Length);
            if (taken > 0)
                sink.Data(offset + _regionDone, data[..taken]);
            data = data[taken..];
            _regionDone += taken;
            if (_regionDone == length)
            {
                _region++;
                _regionDone = 0;
            }
        }
    }
}
