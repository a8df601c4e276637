namespace Coracle.Tests.Abstractions.Containers;

public class ContainerSpecTests
{
    [Fact]
    public void With_AnotherCommand_LeavesTheOriginalAlone()
    {
        ContainerSpec original = new("busybox") { Command = ["true"] };

        ContainerSpec changed = original with { Command = ["false"] };

        original.Command.Should().Equal("true");
        changed.Image.Should().Be(ImageReference.Parse("docker.io/library/busybox:latest"));
    }

    [Fact]
    public void Constructor_MalformedImage_Throws()
    {
        Action make = () => _ = new ContainerSpec("Not An Image");

        make.Should().Throw<FormatException>();
    }

    [Fact]
    public void Defaults_AreThoseOfTheDocumentation()
    {
        ContainerSpec spec = new("busybox");

        spec.Network.Should().Be(NetworkMode.None);
        spec.StopTimeout.Should().Be(TimeSpan.FromSeconds(10));
        spec.Lifetime.Should().Be(ContainerLifetime.Process);
        new TmpfsMount("/tmp").Mode.Should().Be((UnixFileMode)Convert.ToInt32("1777", 8));
    }
}
