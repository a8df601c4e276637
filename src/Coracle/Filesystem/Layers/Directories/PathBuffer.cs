namespace Coracle.Filesystem.Layers.Directories;

/// <summary>A path that is kept, in memory that is used again for the next.</summary>
internal sealed class PathBuffer
{
    private byte[] _buffer = new byte[256];
    private int _length;

    internal ReadOnlySpan<byte> Bytes => _buffer.AsSpan(0, _length);

    internal void Set(ReadOnlySpan<byte> path)
    {
        _length = 0;
        Extend(path);
    }

    /// <summary>Adds a part.</summary>
    internal void Push(ReadOnlySpan<byte> part)
    {
        if (_length > 0)
            Extend("/"u8);
        Extend(part);
    }

    /// <summary>Takes the last part away; the root stays the root.</summary>
    internal void Pop() => _length = LayerPath.ParentOf(Bytes).Length;

    private void Extend(ReadOnlySpan<byte> bytes)
    {
        if (_buffer.Length - _length < bytes.Length)
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _length + bytes.Length));
        bytes.CopyTo(_buffer.AsSpan(_length));
        _length += bytes.Length;
    }
}
