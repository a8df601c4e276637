using System.IO.Pipelines;
using Coracle.Distribution.Images;
using Coracle.Filesystem.Layers;
using Coracle.Filesystem.Snapshots;
using Coracle.Kernel.Files;
using Coracle.Kernel.Handles;
using Coracle.Kernel.Paths;
using Coracle.TestSupport;
using Coracle.TestSupport.Layers;

namespace Coracle.IntegrationTests.Filesystem;

/// <summary>A layer store in a directory of its own, and images made of tars.</summary>
internal sealed class StoreFixture : IAsyncDisposable
{
    private readonly bool _ownsDirectory;
    private int _snapshots;

    private StoreFixture(TempDirectory directory, Trash trash, LayerStore store, bool ownsDirectory, bool forceCopy)
    {
        Directory = directory;
        Trash = trash;
        Store = store;
        _ownsDirectory = ownsDirectory;
        Snapshots = new Snapshotter(store, forceCopy);
    }

    internal TempDirectory Directory { get; }

    internal Trash Trash { get; }

    internal LayerStore Store { get; }

    internal Snapshotter Snapshots { get; }

    internal static async Task<StoreFixture> OpenAsync(
        LayerFormat format, TempDirectory? directory = null, bool forceCopy = false, long? maxLayerSize = null)
    {
        TempDirectory used = directory ?? new TempDirectory("store");
        Trash trash = new(used["trash"]);
        LayerStoreOptions options = new()
        {
            Directory = used["layers"],
            LocksDirectory = used["locks"],
            Trash = trash,
            Format = format,
        };
        if (maxLayerSize is { } size)
            options = options with { MaxLayerSize = size };
        LayerStore store = await LayerStore.OpenAsync(options, TestContext.Current.CancellationToken);
        return new StoreFixture(used, trash, store, directory is null, forceCopy);
    }

    /// <summary>The descriptors of an image's layers.</summary>
    internal static IReadOnlyList<LayerDescriptor> Describe(params IEnumerable<LayerBuilder> baseFirst)
    {
        List<LayerDescriptor> layers = [];
        foreach (LayerBuilder builder in baseFirst)
        {
            LayerDescriptor? parent = layers.LastOrDefault();
            Descriptor blob = new() { MediaType = "application/vnd.oci.image.layer.v1.tar+gzip", Digest = builder.DiffId, Size = 1 };
            Digest chain = parent is null
                ? builder.DiffId
                : Digest.FromSha256(System.Security.Cryptography.SHA256.HashData(
                    System.Text.Encoding.ASCII.GetBytes($"{parent.ChainId} {builder.DiffId}")));
            layers.Add(new LayerDescriptor(blob, builder.DiffId, chain, parent));
        }
        return layers;
    }

    /// <summary>Receives and commits layers, all at once.</summary>
    internal async Task<IReadOnlyList<LayerDescriptor>> PullAsync(params LayerBuilder[] baseFirst)
    {
        IReadOnlyList<LayerDescriptor> layers = Describe(baseFirst);
        await Task.WhenAll(layers.Zip(baseFirst, (layer, builder) => ReceiveAsync(layer, builder.Gzip)));
        return layers;
    }

    internal async Task ReceiveAsync(LayerDescriptor layer, byte[] blob)
    {
        await using IReceivedLayer received = await Store.ReceiveAsync(
            layer, PipeReader.Create(new MemoryStream(blob)), TestContext.Current.CancellationToken);
        await received.CommitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>The tree that a container of these layers sees.</summary>
    internal async Task<IReadOnlyList<string>> ListAsync(IReadOnlyList<LayerDescriptor> layers, bool withTimes = true)
    {
        string directory = Directory.CreateDirectory($"containers/{_snapshots++}");
        using Snapshot snapshot = await Snapshots.PrepareAsync(directory, layers, durable: false, TestContext.Current.CancellationToken);
        using FileDescriptor root = snapshot.Mount();
        return TreeListing.Read(ProcPath.Of(root), withTimes);
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        await Trash.DisposeAsync();
        if (_ownsDirectory)
            Directory.Dispose();
    }
}
