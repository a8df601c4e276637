using System.IO.Pipelines;
using Coracle.Filesystem.Layers;
using Coracle.Filesystem.Layers.Tar;
using Coracle.TestSupport.Layers;

namespace Coracle.Tests.Filesystem.Layers;

/// <summary>Applies layers to nothing but a list.</summary>
internal static class LayerReader
{
    /// <summary>What the layer tells a writer.</summary>
    internal static Task<IReadOnlyList<string>> ReadAsync(LayerBuilder layer) => ReadAsync(layer.Tar, layer.DiffId);

    /// <summary>What a blob, compressed in whatever way, tells a writer.</summary>
    internal static async Task<IReadOnlyList<string>> ReadAsync(byte[] blob, Digest diffId)
    {
        RecordingWriter writer = new();
        await LayerApplier.ApplyAsync(
            PipeReader.Create(new MemoryStream(blob)), diffId, writer, cancellationToken: TestContext.Current.CancellationToken);
        writer.IsComplete.Should().BeTrue();
        return writer.Calls;
    }

    /// <summary>The same when the bytes come in small pieces.</summary>
    internal static IReadOnlyList<string> Feed(LayerBuilder layer, int size)
    {
        RecordingWriter writer = new();
        TarParser parser = new(new LayerEntryApplier(writer));
        foreach (byte[] piece in layer.Tar.Chunk(size))
            parser.Feed(piece);
        parser.Complete();
        return writer.Calls;
    }

    /// <summary>The failure of a layer that must not be taken.</summary>
    internal static async Task<ContainerRuntimeException> FailAsync(LayerBuilder layer)
    {
        Func<Task> read = () => ReadAsync(layer);
        return (await read.Should().ThrowAsync<ContainerRuntimeException>()).Which;
    }
}
