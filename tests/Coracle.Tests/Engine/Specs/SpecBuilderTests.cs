using Coracle.Engine.Specs;
using Coracle.Isolation.Spec;

namespace Coracle.Tests.Engine.Specs;

public sealed class SpecBuilderTests
{
    private static readonly ContainerSpec Spec = new("x") { Command = ["true"] };

    [Fact]
    public void Build_HostNetwork_HasNoNetworkNamespace() =>
        Build(Spec with { Network = NetworkMode.Host }).Linux!.Namespaces.Select(static n => n.Type)
            .Should().BeEquivalentTo("mount", "uts", "pid", "ipc", "cgroup");

    [Fact]
    public void Build_OrdinaryUser_HasCapabilitiesInTheBoundingSetOnly()
    {
        SpecCapabilities capabilities = Build(Spec, uid: 1000).Process!.Capabilities!;
        capabilities.Bounding.Should().HaveCount(14);
        capabilities.Effective.Should().BeEmpty();
        capabilities.Permitted.Should().BeEmpty();
        capabilities.Inheritable.Should().BeEmpty();
    }

    [Fact]
    public void Build_Home_IsTheUsersUnlessTheCallerSaysElse()
    {
        Build(Spec).Process!.Env.Should().Contain("HOME=/root");
        Build(Spec with { Environment = new Dictionary<string, string> { ["HOME"] = "/h" } }).Process!.Env
            .Should().Contain("HOME=/h").And.NotContain("HOME=/root");
    }

    [Fact]
    public void Build_MountAtADefaultsPlace_ReplacesIt()
    {
        SpecMount shm = SpecBuilder.ToSpecMount(new TmpfsMount("/dev/shm") { Size = 1 << 20 }, static v => v);
        RuntimeSpec spec = Build(Spec, mounts: [shm]);
        spec.Mounts.Where(static m => m.Destination == "/dev/shm").Should().ContainSingle().Which.Options.Should().Contain("size=1048576");
    }

    [Fact]
    public void Build_NestedMounts_ComeAfterTheirParents()
    {
        RuntimeSpec spec = Build(Spec, mounts: [Bind("/data/a/b"), Bind("/data"), Bind("/data/a")]);
        spec.Mounts.Select(static m => m.Destination).Where(static d => d.StartsWith("/data", StringComparison.Ordinal))
            .Should().Equal("/data", "/data/a", "/data/a/b");
    }

    [Theory]
    [InlineData("data")]
    [InlineData("/")]
    [InlineData("/../x")]
    public void ToSpecMount_TargetThatIsNoPathBelowTheRoot_IsRefused(string target) =>
        FluentActions.Invoking(() => SpecBuilder.ToSpecMount(new BindMount("/s", target), static v => v))
            .Should().Throw<ContainerRuntimeException>().Which.Kind.Should().Be(RuntimeErrorKind.InvalidInput);

    [Fact]
    public void BuildResources_MemoryAlone_AllowsAsMuchSwap() =>
        SpecBuilder.BuildResources(new ResourceLimits { Memory = 100 << 20 }).Memory!.Swap.Should().Be(200 << 20);

    [Fact]
    public void BuildResources_Cpus_BecomeQuotaAndPeriod()
    {
        LinuxCpu cpu = SpecBuilder.BuildResources(new ResourceLimits { Cpus = 1.5 }).Cpu!;
        cpu.Quota.Should().Be(150_000);
        cpu.Period.Should().Be(100_000);
    }

    private static SpecMount Bind(string target) => SpecBuilder.ToSpecMount(new BindMount("/s", target), static v => v);

    private static RuntimeSpec Build(ContainerSpec spec, uint uid = 0, IReadOnlyList<SpecMount>? mounts = null) =>
        SpecBuilder.Build(
            spec, ProcessConfig.Merge(spec, new ImageConfig(), "h"), new SpecUser { Uid = uid }, "/root", "h", mounts ?? []);
}
