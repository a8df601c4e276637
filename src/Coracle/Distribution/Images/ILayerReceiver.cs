using System.IO.Pipelines;

namespace Coracle.Distribution.Images;

/// <summary>Takes the layers of an image while they are downloaded. Distribution owns it; the layer store implements it.</summary>
internal interface ILayerReceiver
{
    /// <summary>Whether the layer is unpacked already.</summary>
    ValueTask<bool> ContainsAsync(LayerDescriptor layer, CancellationToken cancellationToken);

    /// <summary>
    /// Unpacks a layer from its compressed bytes as they come. Layers of one image are received in parallel; the call for
    /// a layer is made after that for its parent.
    /// </summary>
    /// <param name="layer">Which layer.</param>
    /// <param name="blob">The compressed bytes, not verified yet. Read to the end, and completed, by the receiver.</param>
    /// <param name="cancellationToken">Cancels; nothing is left.</param>
    /// <returns>The layer, its diff id verified, not visible to anyone until it is committed. Disposing it without a commit
    /// removes it.</returns>
    Task<IReceivedLayer> ReceiveAsync(LayerDescriptor layer, PipeReader blob, CancellationToken cancellationToken);
}

/// <summary>A layer that was unpacked and waits for the digest of its blob to be confirmed.</summary>
internal interface IReceivedLayer : IAsyncDisposable
{
    /// <summary>Makes the layer visible, durably. To be called when the blob was verified.</summary>
    ValueTask CommitAsync(CancellationToken cancellationToken);
}
