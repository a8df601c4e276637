using Coracle.Isolation.Capabilities;
using Coracle.Isolation.Spec;

namespace Coracle.Tests.Isolation.Capabilities;

public sealed class CapabilitySetTests
{
    [Fact]
    public void Of_DockersDefaults_IsTheSetThatDockerGives() =>
        CapabilitySet.Of(DefaultSpec.Capabilities).Bits.Should().Be(0xa80425fb);

    [Theory]
    [InlineData("CAP_CHOWN")]
    [InlineData("chown")]
    [InlineData("cap_chown")]
    [InlineData("CHOWN")]
    public void Of_AnySpelling_IsTheSame(string name) => CapabilitySet.Of([name]).Bits.Should().Be(1);

    [Fact]
    public void Of_UnknownName_Fails()
    {
        Action parse = () => CapabilitySet.Of(["CAP_SYS_WIZARD"]);

        parse.Should().Throw<ContainerRuntimeException>().WithMessage("'CAP_SYS_WIZARD' is not a capability*");
    }

    [Fact]
    public void Names_AreThoseOfTheKernelsHeader()
    {
        const string Header = "/usr/include/linux/capability.h";
        TestSupport.Prerequisite.Require(File.Exists(Header), "linux-libc-dev", Header);
        IEnumerable<string[]> defined = File.ReadLines(Header)
            .Select(static line => line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries))
            .Where(static words => words is ["#define", _, _] && words[1].StartsWith("CAP_", StringComparison.Ordinal)
                && int.TryParse(words[2], out _));

        foreach (string[] words in defined)
            CapabilityNames.NumberOf(words[1]).Should().Be(int.Parse(words[2], null), words[1]);
    }
}
