using System.Buffers;
using System.Runtime.CompilerServices;
using Coracle.Kernel.Errors;
using Coracle.Kernel.Interop;
using Microsoft.Win32.SafeHandles;

namespace Coracle.Filesystem.Layers.Erofs;

/// <summary>The image file: written from front to back through one buffer, with few words put in afterwards.</summary>
internal sealed class ErofsImage : IDisposable
{
    // Large enough that a write costs its copying only, small enough for the second-level cache.
    private const int BufferSize = 256 * 1024;

    // The disk starts working while the layer still streams in, so that the final sync has little left to wait for.
    private const long WriteBackStep = 8 * 1024 * 1024;

    // Shorter runs of zeros are cheaper written than seeked over.
    private const int MinHole = 64 * 1024;

    private readonly string _path;
    private readonly SafeFileHandle _file;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
    private int _buffered;
    private long _flushed;
    private long _writtenBack;

    internal ErofsImage(string path)
    {
        _path = path;
        int fd = Libc.openat(Libc.AT_FDCWD, path, Libc.O_RDWR | Libc.O_CREAT | Libc.O_EXCL | Libc.O_CLOEXEC, 0x180);
        if (fd < 0)
            throw Errno.LastFailure("create layer image", path);
        _file = new SafeFileHandle(fd, ownsHandle: true);
    }

    /// <summary>Where the next byte goes.</summary>
    internal long Position => _flushed + _buffered;

    /// <summary>The block where the next byte goes; the position must be at its start.</summary>
    internal uint Block => (uint)(Position >> ErofsFormat.BlockBits);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Append(ReadOnlySpan<byte> data)
    {
        Reserve(data.Length);
        while (data.Length > 0)
        {
            if (_buffered == 0 && data.Length >= BufferSize)
            {
                int whole = data.Length & -BufferSize;
                WriteThrough(data[..whole]);
                data = data[whole..];
                continue;
            }
            int count = Math.Min(data.Length, BufferSize - _buffered);
            data[..count].CopyTo(_buffer.AsSpan(_buffered));
            _buffered += count;
            data = data[count..];
            if (_buffered == BufferSize)
                Flush();
        }
    }

    /// <summary>Zeros; many of them become a hole of the file.</summary>
    internal void AppendZeros(long count)
    {
        Reserve(count);
        if (count >= MinHole)
        {
            Flush();
            _flushed += count;
            return;
        }
        while (count > 0)
        {
            int part = (int)Math.Min(count, BufferSize - _buffered);
            _buffer.AsSpan(_buffered, part).Clear();
            _buffered += part;
            count -= part;
            if (_buffered == BufferSize)
                Flush();
        }
    }

    internal void AlignToBlock() => AppendZeros(ErofsFormat.AlignToBlock(Position) - Position);

    /// <summary>Replaces bytes that have been flushed.</summary>
    internal void WriteAt(long position, ReadOnlySpan<byte> data)
    {
        try
        {
            RandomAccess.Write(_file, data, position);
        }
        catch (Exception exception) when (IsOfTheDisk(exception))
        {
            throw Failure(exception);
        }
    }

    internal void Flush()
    {
        if (_buffered == 0)
            return;
        WriteThrough(_buffer.AsSpan(0, _buffered));
        _buffered = 0;
    }

    /// <summary>Makes the file as long as what was appended, and waits until the disk has it.</summary>
    internal void Sync()
    {
        Flush();
        try
        {
            if (RandomAccess.GetLength(_file) < _flushed)
                RandomAccess.SetLength(_file, _flushed);
            RandomAccess.FlushToDisk(_file);
        }
        catch (Exception exception) when (IsOfTheDisk(exception))
        {
            throw Failure(exception);
        }
    }

    public void Dispose()
    {
        _file.Dispose();
        if (_buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    private void WriteThrough(ReadOnlySpan<byte> data)
    {
        WriteAt(_flushed, data);
        _flushed += data.Length;
        if (_flushed - _writtenBack < WriteBackStep)
            return;
        // Only a hint: where it is not supported, the final sync does it all.
        _ = Libc.sync_file_range(
            (int)_file.DangerousGetHandle(), _writtenBack, _flushed - _writtenBack, Libc.SYNC_FILE_RANGE_WRITE);
        _writtenBack = _flushed;
    }

    private void Reserve(long count)
    {
        if (Position + count > ErofsFormat.MaxImageSize)
            throw Errno.Failure(Errno.EFBIG, "write layer image", _path, "an image can't be larger than 16 TiB");
    }

    private static bool IsOfTheDisk(Exception exception) =>
        exception is IOException or ArgumentOutOfRangeException or UnauthorizedAccessException;

    // The base library keeps errno as the HResult, except where it makes a misuse of it: then the file was too large.
    private ContainerRuntimeException Failure(Exception exception)
    {
        int errno = exception is ArgumentOutOfRangeException ? Errno.EFBIG : (exception.InnerException ?? exception).HResult;
        string? remedy = errno is Errno.ENOSPC or Errno.EDQUOT ? "free some space where the layers are kept" : null;
        return Errno.Failure(errno, "write layer image", _path, remedy);
    }
}
