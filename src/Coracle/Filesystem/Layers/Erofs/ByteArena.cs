using System.Buffers;

namespace Coracle.Filesystem.Layers.Erofs;

/// <summary>Keeps short byte strings one behind the other: names and link targets, without an object for each.</summary>
internal sealed class ByteArena : IDisposable
{
    // Must hold the longest link target.
    private const int SegmentBits = 14;
    private const int SegmentSize = 1 << SegmentBits;

    private byte[]?[] _segments = new byte[]?[8];
    private int _segment = -1;
    private int _used = SegmentSize;

    /// <summary>The string kept at a place that <see cref="Add"/> gave.</summary>
    internal ReadOnlySpan<byte> Get(uint place, int length) =>
        _segments[place >> SegmentBits].AsSpan((int)(place & (SegmentSize - 1)), length);

    internal uint Add(ReadOnlySpan<byte> value)
    {
        if (_used + value.Length > SegmentSize)
        {
            if (++_segment == _segments.Length)
                Array.Resize(ref _segments, _segments.Length * 2);
            _segments[_segment] = ArrayPool<byte>.Shared.Rent(SegmentSize);
            _used = 0;
        }
        value.CopyTo(_segments[_segment].AsSpan(_used));
        uint place = ((uint)_segment << SegmentBits) | (uint)_used;
        _used += value.Length;
        return place;
    }

    public void Dispose()
    {
        foreach (byte[]? segment in _segments)
        {
            if (segment is not null)
                ArrayPool<byte>.Shared.Return(segment);
        }
        _segments = [];
    }
}
