using System.Buffers;
using System.Collections.Concurrent;
using System.IO.Compression;
using System.IO.Pipelines;
using Coracle.Distribution.Images;
using Coracle.TestSupport.Registry;

namespace Coracle.Tests.Distribution;

/// <summary>A receiver that unpacks nothing: it inflates, verifies the diff id, and remembers.</summary>
internal sealed class DrainReceiver : ILayerReceiver
{
    private readonly ConcurrentDictionary<Digest, bool> _layers = new();
    private readonly ConcurrentQueue<Digest> _begun = new();
    private int _abandoned;

    /// <summary>The diff ids that were committed.</summary>
    public ICollection<Digest> Layers => _layers.Keys;

    /// <summary>The chain ids in the order in which they were begun.</summary>
    public IReadOnlyCollection<Digest> Begun => _begun;

    /// <summary>How many layers were received and not committed.</summary>
    public int Abandoned => _abandoned;

    /// <summary>Is called before a layer is read.</summary>
    public Func<LayerDescriptor, CancellationToken, Task> OnReceive { get; set; } = static (_, _) => Task.CompletedTask;

    public ValueTask<bool> ContainsAsync(LayerDescriptor layer, CancellationToken cancellationToken) =>
        ValueTask.FromResult(_layers.ContainsKey(layer.DiffId));

    public void Forget() => _layers.Clear();

    public async Task<IReceivedLayer> ReceiveAsync(LayerDescriptor layer, PipeReader blob, CancellationToken cancellationToken)
    {
        _begun.Enqueue(layer.ChainId);
        try
        {
            await OnReceive(layer, cancellationToken);
            using MemoryStream tar = new();
            await using (Stream inflated = await InflateAsync(blob, cancellationToken))
                await inflated.CopyToAsync(tar, cancellationToken);
            while (await blob.ReadAsync(cancellationToken) is { IsCompleted: false } rest)
                blob.AdvanceTo(rest.Buffer.End);
            if (FakeRegistry.DigestOf(tar.ToArray()) != layer.DiffId.ToString())
                throw new ContainerRuntimeException(RuntimeErrorKind.IntegrityFailed, "diff id");
            return new Received(this, layer);
        }
        finally
        {
            await blob.CompleteAsync();
        }
    }

    private static async Task<Stream> InflateAsync(PipeReader blob, CancellationToken cancellationToken)
    {
        ReadResult start = await blob.ReadAtLeastAsync(2, cancellationToken);
        byte[] magic = start.Buffer.Slice(0, Math.Min(2, start.Buffer.Length)).ToArray();
        blob.AdvanceTo(start.Buffer.Start);
        Stream stream = blob.AsStream(leaveOpen: true);
        return magic switch
        {
            [0x1f, 0x8b] => new GZipStream(stream, CompressionMode.Decompress),
            [0x28, 0xb5] => new ZstdSharp.DecompressionStream(stream),
            _ => stream,
        };
    }

    private sealed class Received(DrainReceiver owner, LayerDescriptor layer) : IReceivedLayer
    {
        private bool _done;

        public ValueTask CommitAsync(CancellationToken cancellationToken)
        {
            _done = true;
            owner._layers[layer.DiffId] = true;
            return ValueTask.CompletedTask;
        }

        public ValueTask DisposeAsync()
        {
            if (!_done)
                Interlocked.Increment(ref owner._abandoned);
            _done = true;
            return ValueTask.CompletedTask;
        }
    }
}
