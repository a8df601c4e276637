using BenchmarkDotNet.Attributes;
using Coracle.Kernel.Handles;
using Coracle.Kernel.Mounts;
using Coracle.TestSupport;

namespace Coracle.Benchmarks.Kernel.Mounts;

/// <summary>A read-only overlay of many layers, mounted and unmounted, in the ways of newer and older kernels.</summary>
public class OverlayMountBenchmarks
{
    private TempDirectory? _directory;
    private Mount.Overlay? _overlay;

    /// <summary>How many layers.</summary>
    [Params(5, 60, 120)]
    public int Layers { get; set; }

    [GlobalSetup]
    public void MakeLayers()
    {
        _directory = new TempDirectory("benchmark");
        LowerLayer[] layers =
        [
            .. Enumerable.Range(0, Layers).Select(layer => new LowerLayer.Directory(_directory.CreateDirectory($"{layer}"))),
        ];
        _overlay = new Mount.Overlay(layers, Upper: null, Work: null);
    }

    [GlobalCleanup]
    public void RemoveLayers() => _directory!.Dispose();

    [Benchmark(Baseline = true)]
    public void Descriptors() => MountOnce(OverlayMethod.Descriptors);

    [Benchmark]
    public void Paths() => MountOnce(OverlayMethod.Paths);

    private void MountOnce(OverlayMethod method)
    {
        using FileDescriptor mount = MountFactory.CreateOverlay(_overlay!, method);
    }
}
