using Coracle.Isolation.Launch;

namespace Coracle.Tests.Isolation.Launch;

public sealed class LaunchMessageTests
{
    [Fact]
    public void Parse_Failure_HasOperationAndErrno() =>
        LaunchMessage.Parse([7, 1, 0, 0, 13, 0, 0, 0]).Should().Be(new LaunchMessage(LaunchMessageKind.Failed, 0x107, 13));

    [Theory]
    [InlineData(2, LaunchMessageKind.Hello)]
    [InlineData(3, LaunchMessageKind.Ready)]
    [InlineData(4, LaunchMessageKind.Cloned)]
    [InlineData(5, LaunchMessageKind.Terminal)]
    public void Parse_Event_IsItsKind(byte word, object kind) =>
        LaunchMessage.Parse([word, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]).Kind.Should().Be((LaunchMessageKind)kind);

    [Fact]
    public void Parse_Cloned_MayNameTheSecondStage() =>
        LaunchMessage.Parse([4, 0, 0, 0, 0, 0, 0, 0, 0x39, 0x30, 0, 0, 0, 0, 0, 0]).Should().Be(new LaunchMessage(LaunchMessageKind.Cloned, Pid: 12345));

    [Theory]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("0701000000000000000000000000")]
    [InlineData("00000000000000000000000000000000")]
    [InlineData("01000000000000000000000000000000")]
    [InlineData("06000000000000000000000000000000")]
    [InlineData("05000000000000000100000000000000")]
    [InlineData("04000000000000000000008000000000")]
    [InlineData("0400000000000000ffffffffffffffff")]
    [InlineData("02000000000000000100000000000000")]
    [InlineData("0200000001000000000000000000000000")]
    [InlineData("02000000010000000000000000000000")]
    [InlineData("07010000ffff0000")]
    public void Parse_AnythingElse_IsInvalid(string hex) =>
        LaunchMessage.Parse(Convert.FromHexString(hex)).Kind.Should().Be(LaunchMessageKind.Invalid);

    [Fact]
    public void Parse_RandomBytes_NeverThrows()
    {
        Random random = new(7);
        for (int i = 0; i < 10_000; i++)
        {
            byte[] bytes = new byte[random.Next(64)];
            random.NextBytes(bytes);
            _ = LaunchMessage.Parse(bytes);
        }
    }
}
