namespace Coracle.Filesystem.Layers.Directories;

/// <summary>A path that is kept, in memory that is used again for the next.</summary>
internal sealed class PathBuffer
{
    private byte[] _buffer = [];
    private int _length;

    internal ReadOnlySpan<byte> Bytes => _buffer.AsSpan(0, _length);

    internal void Set(ReadOnlySpan<byte> path)
    {
        if (_buffer.Length < path.Length)
            _buffer = new byte[Math.Max(256, path.Length)];
        path.CopyTo(_buffer);
        _length = path.Length;
    }
}
