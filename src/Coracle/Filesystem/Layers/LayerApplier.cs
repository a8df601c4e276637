using System.IO.Pipelines;

namespace Coracle.Filesystem.Layers;

/// <summary>
/// Takes a layer from its compressed bytes to its tree, in one pass: inflate → diff id → tar → <see cref="ILayerTreeWriter"/>.
/// </summary>
/// <remarks>
/// Two stages run at once, a bounded pipe between them: inflating on the thread pool, and writing files, which blocks in the
/// kernel, on a thread of its own. Memory does not grow with the layer.
/// </remarks>
internal sealed partial class LayerApplier
{
    // Measured: below 64 KiB the hand-over between the stages shows, above 256 KiB nothing is gained.
    private const int SegmentSize = 128 * 1024;

    // How far inflating may be ahead. It lets one stage run on while the other waits for the disk or the network.
    private const int PauseThreshold = 4 * 1024 * 1024;

    private readonly Digest _diffId;
    private readonly ILayerTreeWriter _writer;
    private readonly long _maxSize;

    private LayerApplier(Digest diffId, ILayerTreeWriter writer, long maxSize)
    {
        _diffId = diffId;
        _writer = writer;
        _maxSize = maxSize;
    }

    /// <summary>Applies a layer and finishes its tree.</summary>
    /// <param name="blob">The compressed bytes. Read to the end and completed, also on failure.</param>
    /// <param name="diffId">The digest that the uncompressed bytes must have.</param>
    /// <param name="writer">The writer. Not disposed: whoever made it does that, and removes the tree of a failed layer so.</param>
    /// <param name="maxSize">The most uncompressed bytes.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ContainerRuntimeException">The layer is malformed, too large, does not have its diff id, or could not
    /// be written.</exception>
    internal static async Task ApplyAsync(
        PipeReader blob,
        Digest diffId,
        ILayerTreeWriter writer,
        long maxSize = LayerLimits.MaxUncompressedSize,
        CancellationToken cancellationToken = default)
    {
        LayerApplier applier = new(diffId, writer, maxSize);
        try
        {
            await applier.RunAsync(blob, cancellationToken).ConfigureAwait(false);
        }
        catch (ContainerRuntimeException exception)
        {
            throw new ContainerRuntimeException(exception.Kind, $"apply layer {diffId.Short}: {exception.Message}", exception)
            {
                Errno = exception.Errno,
            };
        }
    }

    private async Task RunAsync(PipeReader blob, CancellationToken cancellationToken)
    {
        using WriterThread thread = new($"coracle-layer-{_diffId.Short}");
        Pipe pipe = new(new PipeOptions(
            readerScheduler: thread,
            pauseWriterThreshold: PauseThreshold,
            resumeWriterThreshold: PauseThreshold / 2,
            minimumSegmentSize: SegmentSize,
            useSynchronizationContext: false));

        // The pipe is empty, so writing goes on when something is in it: on its thread.
        Task writing = WriteAsync(pipe.Reader, cancellationToken);
        Task inflating = Task.Run(() => InflateAsync(blob, pipe.Writer, cancellationToken), CancellationToken.None);

        // A stage that fails completes its end of the pipe, so the other one ends too; what failed first is what is told.
        Task first = await Task.WhenAny(inflating, writing).ConfigureAwait(false);
        await Task.WhenAll(inflating, writing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await first.ConfigureAwait(false);
        await Task.WhenAll(inflating, writing).ConfigureAwait(false);
        await _writer.CompleteAsync(cancellationToken).ConfigureAwait(false);

        // Whoever awaits this must not go on on the thread that ends here.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
    }
}
