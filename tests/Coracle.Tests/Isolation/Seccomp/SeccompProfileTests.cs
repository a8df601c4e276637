using Coracle.Isolation.Seccomp;
using Coracle.Isolation.Spec;

namespace Coracle.Tests.Isolation.Seccomp;

public sealed class SeccompProfileTests
{
    [Fact]
    public void Default_SameCapabilities_AreCompiledOnce()
    {
        SeccompProfile profile = SeccompProfile.Default(["CAP_KILL", "CAP_CHOWN"]);

        SeccompProfile.Default(["CAP_CHOWN", "CAP_KILL"]).Should().BeSameAs(profile);
        SeccompProfile.Default(["CAP_CHOWN"]).Should().NotBeSameAs(profile);
    }

    [Fact]
    public void Default_IsShort()
    {
        // The kernel translates and optimises the program at every start.
        SeccompProfile.Default(DefaultSpec.Capabilities).InstructionCount.Should().BeLessThan(320);
    }

    [Theory]
    [InlineData("mount", 0x0005_0001u)]
    [InlineData("unshare", 0x0005_0001u)]
    [InlineData("io_uring_setup", 0x0005_0001u)]
    [InlineData("keyctl", 0x0005_0001u)]
    [InlineData("clone3", 0x0005_0026u)]
    [InlineData("ptrace", 0x7FFF_0000u)]
    [InlineData("chroot", 0x7FFF_0000u)]
    [InlineData("open_tree_attr", 0x0005_0026u)]
    public void Default_FourteenCapabilities_DecidesAsDocker(string name, uint expected)
    {
        byte[] program = SeccompCompiler.Compile(
            DockerProfile.For(DefaultSpec.Capabilities.ToHashSet(), SeccompArchitecture.X64), SeccompArchitecture.X64);
        SeccompArchitecture.X64.Table.TryGetNumber(name, out uint number).Should().BeTrue();

        BpfInterpreter.Run(program, SeccompArchitecture.X64.AuditNumber, number, new ulong[6]).Should().Be(expected);
    }

    [Theory]
    [InlineData("mount")]
    [InlineData("clone3")]
    public void Default_SysAdmin_MakesNamespacesAndMounts(string name)
    {
        byte[] program = SeccompCompiler.Compile(
            DockerProfile.For(new HashSet<string> { "CAP_SYS_ADMIN" }, SeccompArchitecture.X64), SeccompArchitecture.X64);
        SeccompArchitecture.X64.Table.TryGetNumber(name, out uint number).Should().BeTrue();

        BpfInterpreter.Run(program, SeccompArchitecture.X64.AuditNumber, number, new ulong[6]).Should().Be(0x7FFF_0000);
    }

    [Theory]
    [InlineData(2u, 0x7FFF_0000u)]
    [InlineData(16u, 0x7FFF_0000u)]
    [InlineData(38u, 0x0005_0001u)]
    [InlineData(40u, 0x0005_0001u)]
    public void Default_SocketFamilies_AreDockers(uint family, uint expected)
    {
        byte[] program = SeccompCompiler.Compile(
            DockerProfile.For(new HashSet<string>(), SeccompArchitecture.X64), SeccompArchitecture.X64);

        BpfInterpreter.Run(program, SeccompArchitecture.X64.AuditNumber, 41, [family]).Should().Be(expected);
    }

    [Fact]
    public void Of_Flags_AreTheKernels()
    {
        LinuxSeccomp spec = new() { DefaultAction = "SCMP_ACT_ALLOW", Flags = ["SECCOMP_FILTER_FLAG_LOG"] };

        SeccompProfile.Of(spec).Flags.Should().Be(2);
        SeccompProfile.Of(spec with { Flags = [] }).Flags.Should().Be(4);
        Action unknown = () => SeccompProfile.Of(spec with { Flags = ["x"] });
        unknown.Should().Throw<ContainerRuntimeException>().Which.Kind.Should().Be(RuntimeErrorKind.NotSupported);
    }
}
