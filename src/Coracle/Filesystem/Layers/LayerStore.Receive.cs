using System.IO.Pipelines;
using System.Text;
using Coracle.Distribution.Images;
using Coracle.Filesystem.Layers.Directories;
using Coracle.Filesystem.Layers.Erofs;
using Coracle.Kernel.Errors;
using Coracle.Kernel.Files;
using Coracle.Kernel.Interop;
using Coracle.Kernel.Paths;

namespace Coracle.Filesystem.Layers;

internal sealed partial class LayerStore
{
    /// <inheritdoc />
    public async Task<IReceivedLayer> ReceiveAsync(
        LayerDescriptor layer, PipeReader blob, CancellationToken cancellationToken)
    {
        LayerReception reception = new(layer.ChainId.ToString());
        try
        {
            // Before the wait for the lock: a layer above may look for this one meanwhile.
            _receptions[reception.ChainId] = reception;
            // The same layer in another place has another chain id, and the same diff id.
            string lockFile = Path.Combine(_options.LocksDirectory, $"layer-{LayerName.OfDiff(layer.DiffId)}.lock");
            reception.Lock = await FileLock.AcquireAsync(lockFile, shared: false, cancellationToken).ConfigureAwait(false);
            if (FindPath(layer) is { } path)
            {
                reception.Succeed(path);
                await SkipAsync(blob, cancellationToken).ConfigureAwait(false);
                return new ReceivedLayer(this, reception, name: null, location: null);
            }
            (string name, string location) = await UnpackAsync(layer, blob, cancellationToken).ConfigureAwait(false);
            reception.Succeed(location);
            return new ReceivedLayer(this, reception, name, location);
        }
        catch (Exception exception)
        {
            await blob.CompleteAsync(exception).ConfigureAwait(false);
            reception.Fail(exception);
            End(reception);
            throw;
        }
    }

    /// <summary>Gives a received layer its name.</summary>
    internal void Commit(string location, string name)
    {
        string path = PathOf(name);
        int result = At.Rename(
            At.WorkingDirectory, Bytes(location), At.WorkingDirectory, Bytes(path), Libc.RENAME_NOREPLACE);
        if (result == -Errno.EEXIST)
            Abandon(location);
        else if (result < 0)
            throw Errno.Failure(-result, "give its name to layer", path);
        else
            SyncLater(name);
    }

    /// <summary>Removes a received layer that is not wanted.</summary>
    internal void Abandon(string location)
    {
        _mounts.Forget(location);
        _options.Trash.Discard(location);
    }

    /// <summary>Ends a reception, successful or not, so that others may receive the layer.</summary>
    internal void End(LayerReception reception)
    {
        _receptions.TryRemove(KeyValuePair.Create(reception.ChainId, reception));
        reception.Dispose();
    }

    private async Task<(string Name, string Location)> UnpackAsync(
        LayerDescriptor layer, PipeReader blob, CancellationToken cancellationToken)
    {
        bool isErofs = _options.Format != LayerFormat.Directory
            && await _erofsProblem.Value.ConfigureAwait(false) is null;
        string suffix = isErofs ? LayerName.ErofsSuffix : "";
        string location = _staging.NewPath(layer.DiffId.Short) + suffix;
        using IDisposable active = BeginReceiving();
        using LowerLayers lowers = new(this, layer.Parent, cancellationToken);
        ILayerTreeWriter writer = isErofs
            ? new ErofsLayerWriter(location, lowers)
            : DirectoryLayerWriter.Create(location, lowers, new DirectoryLayerOptions { UserXattr = UserXattr });
        try
        {
            await LayerApplier.ApplyAsync(blob, layer.DiffId, writer, _options.MaxLayerSize, cancellationToken)
                .ConfigureAwait(false);
        }
        catch
        {
            // Into the trash first: what a writer removes itself, somebody waits for.
            _options.Trash.Discard(location);
            throw;
        }
        finally
        {
            await writer.DisposeAsync().ConfigureAwait(false);
        }
        string name = lowers.WereAsked ? LayerName.OfChain(layer.ChainId) : LayerName.OfDiff(layer.DiffId);
        return (name + suffix, location);
    }

    // Whoever streams the blob also hashes and keeps it.
    private static async Task SkipAsync(PipeReader blob, CancellationToken cancellationToken)
    {
        ReadResult result;
        do
        {
            result = await blob.ReadAsync(cancellationToken).ConfigureAwait(false);
            blob.AdvanceTo(result.Buffer.End);
        }
        while (!result.IsCompleted);
        await blob.CompleteAsync().ConfigureAwait(false);
    }

    private static byte[] Bytes(string path) => Encoding.UTF8.GetBytes(path);
}
