using Coracle.Distribution.Content;
using Coracle.Distribution.Registry;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;

namespace Coracle.Distribution.Images;

/// <summary>One layer of a pull: gets its blob into the store and its content to the receiver.</summary>
internal sealed class LayerPull(
    ContentStore content,
    RegistrySession session,
    LayerDescriptor layer,
    ILayerReceiver receiver,
    LayerProgress progress,
    ILogger logger) : IDisposable
{
    // If the unpacker finds the content bad, up to this much is still fetched to tell whether the registry lied about the
    // digest or the image is bad itself.
    private const long VerifyBytes = 32 * 1024 * 1024;

    private BlobIngest? _ingest;
    private bool _unpack;
    private bool _resumed;

    /// <summary>Finds out what there is to do, and becomes the owner of the unfinished blob. Called for one layer after the
    /// other: so nobody who owns a layer waits for one that is owned by somebody who waits for him.</summary>
    /// <returns>Whether there is anything to do.</returns>
    internal async Task<bool> BeginAsync(CancellationToken cancellationToken)
    {
        _ingest = await content.BeginAsync(layer.Blob.Digest, layer.Blob.Size, cancellationToken).ConfigureAwait(false);
        // Asked after the wait for the blob: whoever had it may have unpacked it.
        _unpack = !await receiver.ContainsAsync(layer, cancellationToken).ConfigureAwait(false);
        if (_unpack || _ingest is not null)
            return true;
        progress.Begin(PullStage.AlreadyExists, layer.Blob.Size);
        return false;
    }

    /// <summary>Does it.</summary>
    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        if (await TryAsync(cancellationToken).ConfigureAwait(false) is not { } wrong)
            return;
        // Bytes that were kept from an earlier try, or came from a mirror, may be bad where the registry's are not.
        PullLog.Again(logger, layer.Blob.Digest, wrong.Message);
        _ingest ??= await content.BeginAsync(layer.Blob.Digest, layer.Blob.Size, cancellationToken).ConfigureAwait(false);
        if (await TryAsync(cancellationToken).ConfigureAwait(false) is { } again)
            throw again;
    }

    /// <inheritdoc />
    public void Dispose() => _ingest?.Dispose();

    // Returns the failure if it is worth another try.
    private async Task<Exception?> TryAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using LayerTransfer transfer = new(layer.Blob, _unpack, progress, stop.Token);
        Task<IReceivedLayer?> receiving = _unpack ? ReceiveAsync(transfer, stop) : Task.FromResult<IReceivedLayer?>(null);
        IReceivedLayer? received = null;
        try
        {
            // Up to here it went in the order of the layers: every layer was given to the receiver after its parent. What
            // follows may be work, and must not keep the next layer waiting.
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            if (await MoveAsync(transfer, stop.Token).ConfigureAwait(false) is { } wrong)
            {
                transfer.Complete(wrong);
                await AbandonAsync(receiving).ConfigureAwait(false);
                return wrong;
            }
            progress.Begin(PullStage.Extracting, layer.Blob.Size);
            // The unpacker comes to its end while the blob goes to the disk.
            transfer.Complete();
            _ingest?.Commit();
            received = await receiving.ConfigureAwait(false);
            if (received is not null)
                await received.CommitAsync(cancellationToken).ConfigureAwait(false);
            progress.Begin(PullStage.Complete, layer.Blob.Size);
            return null;
        }
        catch (Exception e)
        {
            // If the unpacker failed first, that stopped the transfer, and is the cause.
            bool unpackerFirst = receiving.IsFaulted && e is OperationCanceledException && !cancellationToken.IsCancellationRequested;
            transfer.Complete(e);
            await stop.CancelAsync().ConfigureAwait(false);
            if (unpackerFirst && _resumed && receiving.Exception!.InnerException is { } bad && IsAboutContent(bad))
            {
                _ingest!.Restart();
                return bad;
            }
            if (unpackerFirst)
                await receiving.ConfigureAwait(false);
            if (received is null)
                await AbandonAsync(receiving).ConfigureAwait(false);
            throw;
        }
        finally
        {
            if (received is not null)
                await received.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task<IReceivedLayer?> ReceiveAsync(LayerTransfer transfer, CancellationTokenSource stop)
    {
        try
        {
            return await receiver.ReceiveAsync(layer, transfer.Reader, stop.Token).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            await transfer.Reader.CompleteAsync(e).ConfigureAwait(false);
            if (!IsAboutContent(e) || layer.Blob.Size - transfer.Position > VerifyBytes)
                await stop.CancelAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static async Task AbandonAsync(Task<IReceivedLayer?> receiving)
    {
        await ((Task)receiving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (receiving.IsCompletedSuccessfully && await receiving.ConfigureAwait(false) is { } received)
            await received.DisposeAsync().ConfigureAwait(false);
    }

    private Task<ContainerRuntimeException?> MoveAsync(LayerTransfer transfer, CancellationToken cancellationToken) =>
        _ingest is null ? FeedAsync(transfer) : DownloadAsync(_ingest, transfer, cancellationToken);

    // The blob is in the store, and the layer is not unpacked.
    private async Task<ContainerRuntimeException?> FeedAsync(LayerTransfer transfer)
    {
        progress.Begin(PullStage.Extracting);
        using SafeFileHandle file = content.TryOpen(layer.Blob.Digest) ?? throw new ContainerRuntimeException(
            RuntimeErrorKind.Conflict, $"unpack layer: blob {layer.Blob.Digest} was removed from {content.Root} meanwhile");
        await transfer.MoveAsync((buffer, offset) => new ValueTask<int>(RandomAccess.Read(file, buffer.Span, offset)), null)
            .ConfigureAwait(false);
        Digest actual = transfer.Finish();
        if (actual == layer.Blob.Digest)
            return null;
        content.Delete(layer.Blob.Digest);
        return Wrong($"the file in the store has the digest {actual}; it was removed");
    }

    private async Task<ContainerRuntimeException?> DownloadAsync(
        BlobIngest ingest, LayerTransfer transfer, CancellationToken cancellationToken)
    {
        _resumed = ingest.Length > 0;
        progress.Begin(PullStage.Downloading, ingest.Length);
        if (_resumed)
        {
            PullLog.Resuming(logger, layer.Blob.Digest, ingest.Length, layer.Blob.Size);
            await transfer.MoveAsync((buffer, offset) => new ValueTask<int>(ingest.Read(buffer.Span, offset)), null)
                .ConfigureAwait(false);
        }
        Uri[] elsewhere = [.. (layer.Blob.Urls ?? []).Select(ToWebAddress).OfType<Uri>()];
        BlobReader reader = session.ReadBlob(layer.Blob.Digest, layer.Blob.Size, transfer.Position, elsewhere, cancellationToken);
        try
        {
            await transfer.MoveAsync((buffer, _) => reader.ReadAsync(buffer), ingest).ConfigureAwait(false);
        }
        finally
        {
            await reader.DisposeAsync().ConfigureAwait(false);
        }
        Digest actual = transfer.Finish();
        if (actual == layer.Blob.Digest)
            return null;
        ingest.Restart();
        ContainerRuntimeException wrong = Wrong($"what came has the digest {actual}");
        bool worthAgain = session.GiveUpMirrors(wrong.Message) || _resumed;
        return worthAgain ? wrong : throw wrong;
    }

    private static bool IsAboutContent(Exception e) => e is InvalidDataException
        or ContainerRuntimeException { Kind: RuntimeErrorKind.InvalidInput or RuntimeErrorKind.IntegrityFailed };

    private static Uri? ToWebAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? address) && address.UserInfo.Length == 0
        && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps) ? address : null;

    private ContainerRuntimeException Wrong(string reason) =>
        new(RuntimeErrorKind.IntegrityFailed, $"pull layer {layer.Blob.Digest}: {reason}");
}
