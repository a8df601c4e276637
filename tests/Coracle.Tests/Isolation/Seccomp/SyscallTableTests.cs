using Coracle.Isolation.Seccomp;

namespace Coracle.Tests.Isolation.Seccomp;

public sealed class SyscallTableTests
{
    [Fact]
    public void Table_RunsAndAliases_AreNumberedFromTheirStart()
    {
        SyscallTable table = new("3: a b\n  c\n5: alias d\n");

        table.Numbers.Should().Equal(3, 4, 5, 6);
        table.PositionOf("c").Should().Be(2);
        table.PositionOf("alias").Should().Be(2);
        table.PositionOf("d").Should().Be(3);
        table.PositionOf("e").Should().Be(-1);
    }

    [Fact]
    public void Table_EveryArchitecture_HasAscendingNumbers()
    {
        foreach (SeccompArchitecture architecture in new[]
        {
            SeccompArchitecture.X64, SeccompArchitecture.X86, SeccompArchitecture.X32, SeccompArchitecture.Arm64, SeccompArchitecture.Arm,
        })
        {
            architecture.Table.Numbers.Should().BeInAscendingOrder().And.OnlyHaveUniqueItems();
            architecture.Table.Names.Count.Should().BeGreaterThan(300);
        }
    }
}
