using Coracle.Kernel.Errors;
using Coracle.Kernel.Files;
using Microsoft.Win32.SafeHandles;

namespace Coracle.Distribution.Content;

/// <summary>
/// A blob on its way into the store: a file that only the holder of its lock writes. Left without a commit it stays, and
/// the next who wants the blob goes on where this one stopped.
/// </summary>
internal sealed class BlobIngest : IDisposable
{
    // Write-back is started in pieces of this size: the disk works while the network does, and the final fsync is short.
    private const long WritebackBytes = 8 * 1024 * 1024;
    private const UnixFileMode BlobMode = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private readonly ContentStore _store;
    private readonly FileLock _owner;
    private readonly SafeFileHandle _file;
    private long _writebackFrom;
    private bool _finished;

    /// <param name="store">The store.</param>
    /// <param name="owner">The lock on the unfinished file. Owned by this object from here on.</param>
    /// <param name="digest">The digest that the blob must have.</param>
    /// <param name="size">The bytes that it must have.</param>
    internal BlobIngest(ContentStore store, FileLock owner, Digest digest, long size)
    {
        (_store, _owner, Digest, Size) = (store, owner, digest, size);
        _file = OpenFile.Wrap(owner.File.Duplicate());
        Length = RandomAccess.GetLength(_file);
        if (Length > size)
            Restart();
    }

    /// <summary>The digest that the blob must have.</summary>
    internal Digest Digest { get; }

    /// <summary>The bytes that it must have.</summary>
    internal long Size { get; }

    /// <summary>The bytes that are there. Not verified.</summary>
    internal long Length { get; private set; }

    /// <summary>Reads what is there.</summary>
    internal int Read(Span<byte> buffer, long offset) => RandomAccess.Read(_file, buffer, offset);

    /// <summary>Adds bytes at the end.</summary>
    /// <remarks>Synchronous: it copies into the page cache, which takes less than a hop to another thread.</remarks>
    internal void Append(ReadOnlySpan<byte> bytes)
    {
        try
        {
            RandomAccess.Write(_file, bytes, Length);
        }
        catch (IOException e)
        {
            throw Failure(e, "write");
        }
        Length += bytes.Length;
        if (Length - _writebackFrom >= WritebackBytes)
        {
            OpenFile.StartWriteback(_file, _writebackFrom, Length - _writebackFrom);
            _writebackFrom = Length;
        }
    }

    /// <summary>Throws away what is there.</summary>
    internal void Restart()
    {
        RandomAccess.SetLength(_file, 0);
        Length = _writebackFrom = 0;
    }

    /// <summary>Makes the blob visible. The caller has verified the digest of exactly the bytes that are there.</summary>
    internal void Commit()
    {
        string path = _store.PathOf(Digest);
        try
        {
            RandomAccess.FlushToDisk(_file);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.Move(_owner.Path, path, overwrite: true);
            _finished = true;
            // Not before the rename: a crash between the two would leave a partial file that only root could go on with.
            File.SetUnixFileMode(_file, BlobMode);
        }
        catch (IOException e)
        {
            throw Failure(e, "commit");
        }
    }

    /// <summary>Removes the unfinished file: its bytes are wrong.</summary>
    internal void Discard()
    {
        File.Delete(_owner.Path);
        _finished = true;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        // An empty file would only be litter. Removed before the lock is given back, so that whoever waits for it sees that
        // the file is gone.
        if (!_finished && Length == 0)
            Discard();
        _file.Dispose();
        _owner.Dispose();
    }

    // .NET keeps errno in HResult where it has no code of its own for it.
    private ContainerRuntimeException Failure(IOException e, string step) =>
        new(Errno.KindOf(e.HResult), $"{step} blob {Digest} in {_store.Root}: {e.Message}", e) { Errno = e.HResult };
}
