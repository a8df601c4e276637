namespace Coracle.Filesystem.Layers.Erofs;

/// <summary>A list of structs that grows without copying what it has, but for its first segment.</summary>
internal sealed class SegmentedList<T>
    where T : struct
{
    private const int SegmentBits = 12;
    private const int SegmentSize = 1 << SegmentBits;
    private const int FirstSize = 32;

    private T[][] _segments = [new T[FirstSize]];

    internal int Count { get; private set; }

    /// <summary>The item. The reference is good until the next <see cref="Add"/>.</summary>
    internal ref T this[int index] => ref _segments[index >> SegmentBits][index & (SegmentSize - 1)];

    internal int Add(in T item)
    {
        int segment = Count >> SegmentBits;
        int offset = Count & (SegmentSize - 1);
        if (segment == _segments.Length)
            Array.Resize(ref _segments, _segments.Length * 2);
        if (_segments[segment] is null)
            _segments[segment] = new T[SegmentSize];
        else if (offset == _segments[segment].Length)
            Array.Resize(ref _segments[segment], offset * 2);
        _segments[segment][offset] = item;
        return Count++;
    }
}
