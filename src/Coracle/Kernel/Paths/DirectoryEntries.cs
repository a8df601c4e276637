using System.Buffers;
using System.Runtime.InteropServices;
using Coracle.Kernel.Errors;
using Coracle.Kernel.Handles;
using Coracle.Kernel.Interop;

namespace Coracle.Kernel.Paths;

/// <summary>
/// The entries of a directory, without "." and "..", in the kernel's order (getdents64(2)). Names are valid until the next
/// <see cref="MoveNext"/>.
/// </summary>
internal ref struct DirectoryEntries
{
    private const int BufferSize = 32 * 1024;

    // struct linux_dirent64: ino (8), offset (8), record length (2), type (1), name.
    private const int LengthOffset = 16;
    private const int TypeOffset = 18;
    private const int NameOffset = 19;

    private const byte DT_UNKNOWN = 0;
    private const byte DT_DIR = 4;

    private readonly FileDescriptor _directory;
    private readonly byte[] _buffer;
    private int _position;
    private int _end;

    /// <summary>Starts at the descriptor's position.</summary>
    /// <param name="directory">Opened for reading, not O_PATH. Not owned.</param>
    internal DirectoryEntries(FileDescriptor directory)
    {
        _directory = directory;
        _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
    }

    /// <summary>The name, as bytes.</summary>
    internal ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>Whether it is a directory; null if the file system does not say.</summary>
    internal bool? IsDirectory { get; private set; }

    internal bool MoveNext()
    {
        while (true)
        {
            if (_position >= _end && !Fill())
                return false;
            ReadOnlySpan<byte> record = _buffer.AsSpan(_position, _end - _position);
            int length = MemoryMarshal.Read<ushort>(record[LengthOffset..]);
            byte type = record[TypeOffset];
            ReadOnlySpan<byte> name = record[NameOffset..length];
            _position += length;
            name = name[..name.IndexOf((byte)0)];
            if (name.SequenceEqual("."u8) || name.SequenceEqual(".."u8))
                continue;
            Name = name;
            IsDirectory = type == DT_UNKNOWN ? null : type == DT_DIR;
            return true;
        }
    }

    internal readonly void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);

    private unsafe bool Fill()
    {
        _position = 0;
        fixed (byte* start = _buffer)
            _end = (int)Libc.Call(Syscall.getdents64, _directory.Number, (nint)start, BufferSize);
        GC.KeepAlive(_directory);
        if (_end < 0)
            throw Errno.Failure(-_end, "read directory");
        return _end > 0;
    }
}
