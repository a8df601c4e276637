using System.Globalization;

namespace Coracle.Tests.Abstractions.Containers;

public class SignalTests
{
    [Theory]
    [InlineData("SIGTERM", 15)]
    [InlineData("TERM", 15)]
    [InlineData("sigterm", 15)]
    [InlineData("Term", 15)]
    [InlineData(" KILL ", 9)]
    [InlineData("9", 9)]
    [InlineData("HUP", 1)]
    [InlineData("USR1", 10)]
    [InlineData("USR2", 12)]
    [InlineData("STKFLT", 16)]
    [InlineData("CHLD", 17)]
    [InlineData("CLD", 17)]
    [InlineData("WINCH", 28)]
    [InlineData("IO", 29)]
    [InlineData("POLL", 29)]
    [InlineData("IOT", 6)]
    [InlineData("SYS", 31)]
    [InlineData("RTMIN", 34)]
    [InlineData("SIGRTMIN+3", 37)]
    [InlineData("rtmin+30", 64)]
    [InlineData("RTMAX", 64)]
    [InlineData("SIGRTMAX-1", 63)]
    [InlineData("RTMAX-30", 34)]
    [InlineData("64", 64)]
    public void Parse_NameOrNumber_GivesTheNumber(string text, int number) =>
        Signal.Parse(text).Number.Should().Be(number);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("SIG")]
    [InlineData("0")]
    [InlineData("65")]
    [InlineData("-9")]
    [InlineData("+9")]
    [InlineData("9.0")]
    [InlineData("99999999999999")]
    [InlineData("SIG9")]
    [InlineData("SIGSIGTERM")]
    [InlineData("NOPE")]
    [InlineData("RTMIN-1")]
    [InlineData("RTMIN+31")]
    [InlineData("RTMIN+")]
    [InlineData("RTMAX+1")]
    [InlineData("RTMAX-31")]
    public void TryParse_AnythingElse_Fails(string? text) => Signal.TryParse(text, out _).Should().BeFalse();

    [Fact]
    public void ToString_EverySignal_ParsesBack()
    {
        foreach (int number in Enumerable.Range(1, 64))
        {
            Signal signal = new(number);
            Signal.Parse(signal.ToString()).Should().Be(signal);
            Signal.Parse(number.ToString(CultureInfo.InvariantCulture)).Should().Be(signal);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(65)]
    [InlineData(-1)]
    public void Constructor_NoSuchNumber_Throws(int number)
    {
        Action make = () => _ = new Signal(number);

        make.Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void ToString_WellKnown_HasThePrefix()
    {
        Signal.Term.ToString().Should().Be("SIGTERM");
        Signal.Kill.ToString().Should().Be("SIGKILL");
        new Signal(37).ToString().Should().Be("SIGRTMIN+3");
        default(Signal).ToString().Should().Be("none");
    }
}
