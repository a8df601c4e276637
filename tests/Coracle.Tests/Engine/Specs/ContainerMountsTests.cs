using Coracle.Engine.Specs;

namespace Coracle.Tests.Engine.Specs;

public sealed class ContainerMountsTests
{
    [Fact]
    public void ImageVolumes_GetNamesOfTheirOwn()
    {
        ContainerMounts mounts = ContainerMounts.Merge(new ContainerSpec("x"), new ImageConfig { Volumes = ["/data", "/logs/"] });

        mounts.All.Select(static mount => mount.Target).Should().Equal("/data", "/logs/");
        mounts.Anonymous.Should().HaveCount(2).And.OnlyHaveUniqueItems().And.OnlyContain(static name => name.Length == 64);
        mounts.All.Cast<VolumeMount>().Select(static mount => mount.Volume).Should().Equal(mounts.Anonymous);
    }

    [Fact]
    public void SpecMounts_ComeBeforeTheImages()
    {
        ContainerSpec spec = new("x") { Mounts = [new BindMount("/srv", "/data/"), new TmpfsMount("/logs"), new VolumeMount("v", "/v")] };

        ContainerMounts mounts = ContainerMounts.Merge(spec, new ImageConfig { Volumes = ["/data", "/logs", "/v"] });

        mounts.All.Should().Equal(spec.Mounts);
        mounts.Anonymous.Should().BeEmpty();
    }

    [Fact]
    public void SpecVolumeWithoutName_GetsOne_AndKeepsTheRest()
    {
        ContainerSpec spec = new("x") { Mounts = [new VolumeMount("/v") { ReadOnly = true }] };

        ContainerMounts mounts = ContainerMounts.Merge(spec, new ImageConfig());

        VolumeMount mount = mounts.All.Should().ContainSingle().Subject.Should().BeOfType<VolumeMount>().Subject;
        mount.ReadOnly.Should().BeTrue();
        mount.Volume.Should().Be(mounts.Anonymous.Should().ContainSingle().Subject);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("data")]
    [InlineData("/a/../b")]
    public void ImageVolume_ThatCantBe_Fails(string target)
    {
        Action merge = () => ContainerMounts.Merge(new ContainerSpec("x"), new ImageConfig { Volumes = [target] });

        merge.Should().Throw<ContainerRuntimeException>().Which.Kind.Should().Be(RuntimeErrorKind.InvalidInput);
    }
}
