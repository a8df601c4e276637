using System.Buffers;
using System.IO.Compression;
using System.IO.Pipelines;
using BenchmarkDotNet.Attributes;
using Coracle.Filesystem.Layers;
using Coracle.Filesystem.Layers.Directories;
using Coracle.Filesystem.Layers.Erofs;
using Coracle.TestSupport;

namespace Coracle.Benchmarks.Filesystem.Layers;

/// <summary>A gzip layer from memory to disk in both forms, beside inflating alone.</summary>
public class LayerExtractionBenchmarks
{
    private TempDirectory? _directory;
    private byte[] _blob = [];
    private Digest _diffId;

    /// <summary>The layers.</summary>
    public static IEnumerable<SampleLayer> Layers => SampleLayer.All;

    /// <summary>Which layer.</summary>
    [ParamsSource(nameof(Layers))]
    public SampleLayer Layer { get; set; } = SampleLayer.All[0];

    [GlobalSetup]
    public void MakeLayer() => (_blob, _diffId) = Layer.Make();

    [IterationSetup]
    public void MakeDirectory() => _directory = new TempDirectory("benchmark");

    [IterationCleanup]
    public void RemoveDirectory() => _directory!.Dispose();

    [Benchmark(Baseline = true)]
    public async Task InflateAlone()
    {
        using MemoryStream blob = new(_blob);
        await using GZipStream tar = new(blob, CompressionMode.Decompress);
        await tar.CopyToAsync(Stream.Null);
    }

    [Benchmark]
    public Task Directory() => ApplyAsync(DirectoryLayerWriter.Create(_directory!["layer"], lowers: null));

    [Benchmark]
    public Task Erofs() => ApplyAsync(new ErofsLayerWriter(_directory!["layer.erofs"], lowers: null));

    private async Task ApplyAsync(ILayerTreeWriter writer)
    {
        await using (writer)
            await LayerApplier.ApplyAsync(PipeReader.Create(new ReadOnlySequence<byte>(_blob)), _diffId, writer);
    }
}
