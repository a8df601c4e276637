using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Coracle.Benchmarks.Filesystem.Layers;

IConfig config = DefaultConfig.Instance
    .AddDiagnoser(MemoryDiagnoser.Default)
    .AddColumn(new LayerRateColumn("MB/s", layer => layer.TotalSize / 1e6), new LayerRateColumn("files/s", layer => layer.Files));

// In this process: it is a release build, and the generated program of the default would build the whole engine again.
// A job of the command line (--job medium) takes the place of this one.
if (!args.Contains("--job"))
    config = config.AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance));
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, config);
