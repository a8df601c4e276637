using Coracle.Streams.Logs;

namespace Coracle.Tests.Streams.Logs;

public sealed class LogSelectionTests : LogTest
{
    [Fact]
    public async Task Lines_CutAcrossFrames_AreJoinedPerStream()
    {
        Out("a");
        Err("e1\ne2");
        Out("b\r\n\nc");
        Log.Close();
        (await LinesAsync(Log)).Should().Equal("2:e1", "1:ab", "1:", "1:c", "2:e2");
    }

    [Fact]
    public async Task Lines_WithoutFollow_EndAtWhatIsThere()
    {
        Out("x\n");
        (await LinesAsync(Log, new LogOptions { Follow = false })).Should().Equal("1:x");
    }

    [Fact]
    public async Task Lines_OfOneStream_LeaveOutTheOther()
    {
        Out("o\n");
        Err("e\n");
        Log.Close();
        (await LinesAsync(Log, new LogOptions { StandardError = false })).Should().Equal("1:o");
        (await LinesAsync(Log, new LogOptions { StandardOutput = false })).Should().Equal("2:e");
        (await LinesAsync(Log, new LogOptions { StandardOutput = false, Tail = 5 })).Should().Equal("2:e");
    }

    [Theory]
    [InlineData(0, "")]
    [InlineData(1, "2:rest")]
    [InlineData(2, "1:four 2:rest")]
    [InlineData(3, "2:three 1:four 2:rest")]
    [InlineData(4, "1:two 2:three 1:four 2:rest")]
    [InlineData(5, "1:one 1:two 2:three 1:four 2:rest")]
    [InlineData(100, "1:one 1:two 2:three 1:four 2:rest")]
    public async Task Tail_OfBothStreams_GivesTheLastLines(int tail, string expected)
    {
        Out("on");
        Err("th");
        Out("e\ntw");
        Out("o\n");
        Err("ree\n");
        Out("four\n");
        Err("rest");
        Log.Close();
        string.Join(' ', await LinesAsync(Log, new LogOptions { Tail = tail })).Should().Be(expected);
    }

    [Fact]
    public async Task Tail_AcrossFiles_GivesWholeLines()
    {
        int next = FillFile(FillFile(FillFile(0)));
        Log.Close();
        List<string> lines = await LinesAsync(Log, new LogOptions { Tail = 100 });
        lines.Select(static line => NumberOf(line[2..])).Should().Equal(Enumerable.Range(next - 100, 100));
    }

    [Fact]
    public async Task Tail_LineLongerThanAFile_IsGivenWhole()
    {
        Out("short\n");
        for (int i = 0; i < 3; i++)
            Out(new string('x', 50_000));
        Out("\n");
        Log.Close();
        (await LinesAsync(Log, new LogOptions { Tail = 1 })).Should().Equal("1:" + new string('x', 150_000));
    }

    [Fact]
    public async Task Tail_ReadsNoneOfTheFilesBefore()
    {
        int next = FillFile(FillFile(0));
        Log.Close();
        await ForbidReadingAsync(LogFile(1));
        (await LinesAsync(Log, new LogOptions { Tail = 2, StandardError = false })).Should().HaveCount(2)
            .And.Subject.Last().Should().Contain($"{next - 1}");
    }

    [Fact]
    public async Task Tail_Following_GoesOnWithWhatComes()
    {
        Err("half ");
        Out("old\nlast\n");
        await using IAsyncEnumerator<OutputLine> lines = LogLines
            .ReadAsync(Log, new LogOptions { Tail = 1 }, TimeProvider.System, Token).GetAsyncEnumerator(Token);
        (await lines.MoveNextAsync()).Should().BeTrue();
        lines.Current.Content.Should().Be("last");
        ValueTask<bool> next = lines.MoveNextAsync();
        next.IsCompleted.Should().BeFalse();
        Err("line\n");
        (await next).Should().BeTrue();
        lines.Current.Content.Should().Be("half line", "it was begun before, but ends now");
    }

    [Fact]
    public async Task Tail_Zero_GivesOnlyWhatComes()
    {
        Out("old\n");
        await using IAsyncEnumerator<OutputLine> lines = LogLines
            .ReadAsync(Log, new LogOptions { Tail = 0 }, TimeProvider.System, Token).GetAsyncEnumerator(Token);
        ValueTask<bool> next = lines.MoveNextAsync();
        Out("new\n");
        (await next).Should().BeTrue();
        lines.Current.Content.Should().Be("new");
    }

    [Theory]
    [InlineData(null, null, null, "1:a 1:b 1:c 1:d")]
    [InlineData(20, null, null, "1:b 1:c 1:d")]
    [InlineData(21, null, null, "1:c 1:d")]
    [InlineData(null, 30, null, "1:a 1:b 1:c")]
    [InlineData(null, 29, null, "1:a 1:b")]
    [InlineData(20, 30, null, "1:b 1:c")]
    [InlineData(20, 30, 1, "1:c")]
    [InlineData(15, 30, 7, "1:b 1:c")]
    [InlineData(50, null, null, "")]
    [InlineData(null, 5, 3, "")]
    public async Task SinceAndUntil_LeaveOutWhatBeganOutside(int? since, int? until, int? tail, string expected)
    {
        Out("a\n", 10);
        Out("b\n", 20);
        Out("c\n", 30);
        Out("d\n", 40);
        Log.Close();
        LogOptions options = new() { Since = At(since), Until = At(until), Tail = tail };
        string.Join(' ', await LinesAsync(Log, options)).Should().Be(expected);
    }

    [Fact]
    public async Task SinceAndUntil_GoByTheBeginningOfALine()
    {
        Out("begun before, ", 10);
        Out("ended later\nbegun in time, ", 20);
        Out("ended after\nafter\n", 30);
        Log.Close();
        LogOptions options = new() { Since = At(15), Until = At(25) };
        (await LinesAsync(Log, options)).Should().Equal("1:begun in time, ended after");
        options.Tail = 9;
        (await LinesAsync(Log, options)).Should().Equal("1:begun in time, ended after");
    }

    [Fact]
    public async Task Since_OfALaterFile_ReadsNoneOfTheFilesBefore()
    {
        int next = FillFile(FillFile(0, second: 10), second: 20);
        FillFile(next, second: 30);
        Log.Close();
        await ForbidReadingAsync(LogFile(1));
        List<string> lines = await LinesAsync(Log, new LogOptions { Since = At(30) });
        NumberOf(lines[0][2..]).Should().Be(next);
    }

    [Fact]
    public async Task Until_Following_EndsAtThatMoment()
    {
        ManualTime time = new(At(100)!.Value);
        Out("early\n", 90);
        await using IAsyncEnumerator<OutputLine> lines = LogLines
            .ReadAsync(Log, new LogOptions { Until = At(110) }, time, Token).GetAsyncEnumerator(Token);
        (await lines.MoveNextAsync()).Should().BeTrue();
        Out("rest", 105);
        ValueTask<bool> next = lines.MoveNextAsync();
        next.IsCompleted.Should().BeFalse();
        time.Advance(TimeSpan.FromSeconds(10));
        (await next).Should().BeTrue();
        lines.Current.Content.Should().Be("rest");
        (await lines.MoveNextAsync()).Should().BeFalse();
    }

    [Fact]
    public void Tail_Negative_IsRefused() =>
        FluentActions.Invoking(static () => new LogOptions { Tail = -1 }).Should().Throw<ArgumentOutOfRangeException>();

    // A link is not followed: opening it fails.
    private async Task ForbidReadingAsync(string file)
    {
        File.Delete(file);
        File.CreateSymbolicLink(file, LogFile(2));
        await FluentActions.Awaiting(() => LinesAsync(NewLog())).Should().ThrowAsync<ContainerRuntimeException>();
    }

    private static DateTimeOffset? At(int? second) =>
        second is { } value ? DateTimeOffset.UnixEpoch.AddSeconds(value) : null;
}
