namespace Coracle.Tests.Abstractions.Containers;

public class ExitStatusTests
{
    [Fact]
    public void FromSignal_CountsAsShellsDo()
    {
        ExitStatus status = ExitStatus.FromSignal(Signal.Kill);

        status.ExitCode.Should().Be(137);
        status.Signal.Should().Be(Signal.Kill);
        status.IsSuccess.Should().BeFalse();
        status.ToString().Should().Be("signal SIGKILL (exit code 137)");
    }

    [Fact]
    public void FromCode_SameNumberAsASignal_IsNoSignal()
    {
        ExitStatus status = ExitStatus.FromCode(137);

        status.Signal.Should().BeNull();
        status.Should().NotBe(ExitStatus.FromSignal(Signal.Kill));
        status.ToString().Should().Be("exit code 137");
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    [InlineData(255, false)]
    public void IsSuccess_OnlyForCodeZero(int code, bool success) =>
        ExitStatus.FromCode(code).IsSuccess.Should().Be(success);

    [Fact]
    public void Deconstruct_GivesCodeAndSignal()
    {
        (int code, Signal? signal) = ExitStatus.FromSignal(Signal.Term);

        code.Should().Be(143);
        signal.Should().Be(Signal.Term);
    }
}
