using Coracle.Tests.Streams.Logs;

namespace Coracle.Tests.Abstractions.Containers;

public sealed class LogTimeTests
{
    private static readonly ManualTime Time = new(new DateTimeOffset(2026, 5, 1, 10, 0, 0, TimeSpan.Zero));

    [Theory]
    [InlineData("5m", "2026-05-01T09:55:00.000000000Z")]
    [InlineData("1h30m", "2026-05-01T08:30:00.000000000Z")]
    [InlineData("1.5h", "2026-05-01T08:30:00.000000000Z")]
    [InlineData("250ms", "2026-05-01T09:59:59.750000000Z")]
    [InlineData("10us", "2026-05-01T09:59:59.999990000Z")]
    [InlineData("-10s", "2026-05-01T10:00:10.000000000Z")]
    [InlineData("5", "1970-01-01T00:00:05.000000000Z")]
    [InlineData("0", "1970-01-01T00:00:00.000000000Z")]
    [InlineData("1777629600", "2026-05-01T10:00:00.000000000Z")]
    [InlineData("1777629600.25", "2026-05-01T10:00:00.250000000Z")]
    [InlineData("1777629600.123456789", "2026-05-01T10:00:00.123456700Z")]
    [InlineData("2026-05-01T10:00:00Z", "2026-05-01T10:00:00.000000000Z")]
    [InlineData("2026-05-01T10:00:00.123456789Z", "2026-05-01T10:00:00.123456700Z")]
    [InlineData("2026-05-01T10:00:00.5+02:00", "2026-05-01T08:00:00.500000000Z")]
    [InlineData("2026-05-01T10:00Z", "2026-05-01T10:00:00.000000000Z")]
    [InlineData("2026-05-01T10:00:00", "2026-05-01T08:00:00.000000000Z")]
    [InlineData("2026-05-01T10:00:00.5", "2026-05-01T08:00:00.500000000Z")]
    [InlineData("2026-05-01T10:00", "2026-05-01T08:00:00.000000000Z")]
    [InlineData("2026-05-01T10", "2026-05-01T08:00:00.000000000Z")]
    [InlineData("2026-05-01", "2026-04-30T22:00:00.000000000Z")]
    [InlineData("2026-05-01Z", "2026-05-01T00:00:00.000000000Z")]
    [InlineData("2026-05-01-03:00", "2026-05-01T03:00:00.000000000Z")]
    public void Parse_FormsOfDocker_GiveTheTime(string text, string expected) =>
        LogTime.Format(LogTime.Parse(text, Time)).Should().Be(expected);

    [Theory]
    [InlineData("")]
    [InlineData("yesterday")]
    [InlineData("5m3")]
    [InlineData("m5")]
    [InlineData("1..5h")]
    [InlineData("99999999999999999999h")]
    [InlineData("9999999999999999999h")]
    [InlineData("2562047h2562047h")]
    [InlineData("999999999999")]
    [InlineData("1.1234567890")]
    [InlineData("2026-13-01")]
    [InlineData("2026-05-01T25:00:00Z")]
    [InlineData("0001-01-01")]
    public void TryParse_Nonsense_IsRefused(string text) =>
        LogTime.TryParse(text, Time, out _).Should().BeFalse();

    [Fact]
    public void Parse_Nonsense_SaysWhatIsUnderstood() =>
        FluentActions.Invoking(static () => LogTime.Parse("soon")).Should().Throw<FormatException>().WithMessage("*soon*10m*");
}
