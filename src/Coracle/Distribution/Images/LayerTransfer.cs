using System.Buffers;
using System.IO.Pipelines;
using Coracle.Distribution.Content;

namespace Coracle.Distribution.Images;

/// <summary>
/// Moves the bytes of one layer's blob to whoever unpacks them: hashed, and written to the unfinished blob if they come from
/// the network. One copy in memory serves all three.
/// </summary>
internal sealed class LayerTransfer : IDisposable
{
    // A read takes at least this much room: hashing and writing smaller pieces costs more than the bytes.
    private const int ReadBytes = 32 * 1024;

    // Several reads a segment, so that short reads do not leave most of the pipe's memory empty.
    private const int SegmentBytes = 128 * 1024;

    // What may lie between the network and the unpacker. A few reads are enough: the kernel's socket buffer is another store
    // of megabytes, and these are all the memory that a pull takes, times the parallel downloads.
    private const int PauseBytes = 512 * 1024;

    private readonly Pipe _pipe = new(new PipeOptions(
        pauseWriterThreshold: PauseBytes,
        resumeWriterThreshold: PauseBytes / 2,
        minimumSegmentSize: SegmentBytes,
        useSynchronizationContext: false));
    private readonly ContentHash _hash;
    private readonly LayerProgress _progress;
    private readonly CancellationToken _cancellationToken;
    private byte[]? _spare;

    /// <param name="blob">The blob.</param>
    /// <param name="unpack">Whether somebody reads <see cref="Reader"/>.</param>
    /// <param name="progress">Is told how it goes.</param>
    /// <param name="cancellationToken">Cancels.</param>
    internal LayerTransfer(Descriptor blob, bool unpack, LayerProgress progress, CancellationToken cancellationToken)
    {
        _hash = new ContentHash(blob.Digest);
        (_progress, _cancellationToken) = (progress, cancellationToken);
        if (!unpack)
            StopFeeding();
    }

    /// <summary>Where the unpacker reads.</summary>
    internal PipeReader Reader => _pipe.Reader;

    /// <summary>The bytes moved so far.</summary>
    internal long Position { get; private set; }

    /// <summary>Moves bytes until the source has no more.</summary>
    /// <param name="read">Reads some bytes; 0 at the end.</param>
    /// <param name="target">Gets the bytes, too; null if they come from there.</param>
    internal async Task MoveAsync(Func<Memory<byte>, long, ValueTask<int>> read, BlobIngest? target)
    {
        while (true)
        {
            Memory<byte> memory = _spare ?? _pipe.Writer.GetMemory(ReadBytes);
            int length = await read(memory, Position).ConfigureAwait(false);
            if (length == 0)
                return;
            ReadOnlySpan<byte> bytes = memory.Span[..length];
            _hash.Append(bytes);
            target?.Append(bytes);
            Position += length;
            _progress.Advance(Position);
            if (_spare is not null)
                continue;
            _pipe.Writer.Advance(length);
            FlushResult flushed = await _pipe.Writer.FlushAsync(_cancellationToken).ConfigureAwait(false);
            if (flushed.IsCompleted)
                StopFeeding();
        }
    }

    /// <summary>The digest of all bytes.</summary>
    internal Digest Finish() => _hash.Finish();

    /// <summary>Lets the unpacker come to its end: a good one, or the given failure.</summary>
    internal void Complete(Exception? failure = null) => _pipe.Writer.Complete(failure);

    /// <inheritdoc />
    public void Dispose()
    {
        if (_spare is not null)
            ArrayPool<byte>.Shared.Return(_spare);
        _spare = null;
        _hash.Dispose();
    }

    // Nobody reads the pipe (any more), and the blob is still wanted.
    private void StopFeeding() => _spare ??= ArrayPool<byte>.Shared.Rent(SegmentBytes);
}
