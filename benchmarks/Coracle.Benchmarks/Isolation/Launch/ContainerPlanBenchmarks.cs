using BenchmarkDotNet.Attributes;
using Coracle.Engine.Specs;
using Coracle.Isolation.Launch;
using Coracle.Isolation.Launch.Planning;
using Coracle.Isolation.Seccomp;
using Coracle.Isolation.Spec;
using Coracle.Kernel.Mounts;

namespace Coracle.Benchmarks.Isolation.Launch;

/// <summary>A default container, compiled to the plan that starts it; and its seccomp filter, which is compiled once.</summary>
public class ContainerPlanBenchmarks
{
    private const string HostName = "0123456789ab";

    private readonly LaunchHost _host = LaunchHost.Read();
    private readonly LaunchRequest _request = new() { Spec = MakeSpec(), Root = new Mount.Bind("/") };
    private readonly LinuxSeccomp _profile = DockerProfile.For(DefaultSpec.Capabilities.ToHashSet(), SeccompArchitecture.Native);
    private readonly byte[] _filter;

    public ContainerPlanBenchmarks() => _filter = SeccompCompiler.Compile(_profile, SeccompArchitecture.Native);

    [Benchmark(Baseline = true)]
    public object Compile() => ContainerPlan.Compile(_request, _host, _filter);

    [Benchmark]
    public object CompileAndEncode() => PlanEncoder.Encode(ContainerPlan.Compile(_request, _host, _filter), arm64: false);

    [Benchmark]
    public object CompileSeccomp() => SeccompCompiler.Compile(_profile, SeccompArchitecture.Native);

    private static RuntimeSpec MakeSpec()
    {
        ContainerSpec container = new("busybox") { Command = ["/bin/true"] };
        ProcessConfig process = ProcessConfig.Merge(container, new ImageConfig(), HostName);
        return SpecBuilder.Build(container, process, new SpecUser(), "/root", HostName, []);
    }
}
