using Coracle.Streams.Logs;

namespace Coracle.Tests.Streams.Logs;

public sealed class LogRotationTests : LogTest
{
    [Fact]
    public void Append_MoreThanTheLimit_KeepsTheNewestFiles()
    {
        int next = 0;
        for (int i = 0; i < 10; i++)
            next = FillFile(next);

        Log.Files.Numbers().Should().Equal(8, 9, 10);
        foreach (long number in Log.Files.Numbers())
            new FileInfo(LogFile(number)).Length.Should().BeLessThanOrEqualTo(SmallFile);
    }

    [Fact]
    public async Task Read_AfterRotation_BeginsAtTheOldestThatIsKept()
    {
        int next = 0;
        for (int i = 0; i < 5; i++)
            next = FillFile(next);
        Log.Close();

        List<string> lines = await LinesAsync(NewLog());
        NumberOf(lines[0][2..]).Should().Be(next / 5 * 2);
        NumberOf(lines[^1][2..]).Should().Be(next - 1);
    }

    [Fact]
    public async Task Follow_ReaderThatStandsStillWhileManyFilesPass_MissesNothing()
    {
        int next = FillFile(0);
        await using IAsyncEnumerator<OutputLine> reader = LogLines
            .ReadAsync(Log, new LogOptions(), TimeProvider.System, Token).GetAsyncEnumerator(Token);
        (await reader.MoveNextAsync()).Should().BeTrue();
        for (int i = 0; i < 9; i++)
            next = FillFile(next);
        Log.Files.Numbers().Should().HaveCount(10, "the reader holds the first");
        Log.Close();

        int expected = 0;
        do
            NumberOf(reader.Current.Content).Should().Be(expected++);
        while (await reader.MoveNextAsync());
        expected.Should().Be(next);
    }

    [Fact]
    public async Task Rotation_AfterASlowReaderLeft_RemovesWhatItHeld()
    {
        int next = FillFile(0);
        await using (IAsyncEnumerator<OutputLine> reader = LogLines
            .ReadAsync(Log, new LogOptions(), TimeProvider.System, Token).GetAsyncEnumerator(Token))
        {
            (await reader.MoveNextAsync()).Should().BeTrue();
            for (int i = 0; i < 5; i++)
                next = FillFile(next);
            Log.Files.Numbers().Should().HaveCount(6);
        }
        FillFile(next);
        Log.Files.Numbers().Should().Equal(5, 6, 7);
    }

    [Fact]
    public void Unlimited_KeepsEverything()
    {
        ContainerLog log = new(Root.CreateDirectory("all"), LogLimits.Unlimited with { MaxFileSize = SmallFile });
        log.Open();
        byte[] frame = Frame(DateTimeOffset.UnixEpoch, OutputStream.StandardOutput, new byte[60_000]);
        for (int i = 0; i < 20; i++)
            log.Append(frame);
        log.Close();
        log.Files.Numbers().Should().HaveCount(20);
    }

    [Fact]
    public async Task Read_WhileAWriterRotates_GivesEveryLineInOrder()
    {
        const int Files = 40;
        Task<List<string>> reading = Task.Run(() => LinesAsync(Log), Token);
        await Task.Run(
            () =>
            {
                int next = 0;
                for (int i = 0; i < Files; i++)
                    next = FillFile(next);
                Log.Close();
            },
            Token);
        // How far the reader had come when the first files went, nobody knows: from its first line on, nothing is missing.
        int[] numbers = [.. (await reading).Select(static line => NumberOf(line[2..]))];
        numbers.Should().Equal(Enumerable.Range(numbers[0], numbers.Length));
        numbers[^1].Should().Be((int)(SmallFile / 1024 * Files) - 1);
    }}
