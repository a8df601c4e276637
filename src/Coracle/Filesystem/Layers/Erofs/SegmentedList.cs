using System.Buffers;
using System.Runtime.CompilerServices;

namespace Coracle.Filesystem.Layers.Erofs;

/// <summary>A list of structs in pooled segments: it grows without copying, and the next layer finds its memory ready.</summary>
internal sealed class SegmentedList<T> : IDisposable
    where T : struct
{
    private const int SegmentBits = 10;
    private const int SegmentSize = 1 << SegmentBits;

    private T[]?[] _segments = new T[]?[8];

    internal int Count { get; private set; }

    internal ref T this[int index] => ref _segments[index >> SegmentBits]![index & (SegmentSize - 1)];

    internal int Add(in T item)
    {
        int segment = Count >> SegmentBits;
        if (segment == _segments.Length)
            Array.Resize(ref _segments, segment * 2);
        _segments[segment] ??= ArrayPool<T>.Shared.Rent(SegmentSize);
        _segments[segment]![Count & (SegmentSize - 1)] = item;
        return Count++;
    }

    public void Dispose()
    {
        foreach (T[]? segment in _segments)
        {
            if (segment is not null)
                ArrayPool<T>.Shared.Return(segment, RuntimeHelpers.IsReferenceOrContainsReferences<T>());
        }
        _segments = [];
        Count = 0;
    }
}
