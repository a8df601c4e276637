using Coracle.Kernel.Handles;
using Coracle.Streams.Attach;
using Coracle.Streams.Logs;

namespace Coracle.Tests.Streams.Logs;

public sealed class ContainerLogTests : LogTest
{
    [Fact]
    public async Task OpenOutput_TwoStreamsInterleaved_GivesEachItsOwnBytes()
    {
        Out("one");
        Err("bad");
        Out("two");
        Log.Close();

        (await BytesAsync(Log, OutputStream.StandardOutput)).Should().Be("onetwo");
        (await BytesAsync(Log, OutputStream.StandardError)).Should().Be("bad");
    }

    [Fact]
    public async Task ReadAsync_NothingYet_WaitsForTheNextFrame()
    {
        using LogOutputStream stream = new(Log, OutputStream.StandardOutput);
        byte[] buffer = new byte[10];
        ValueTask<int> reading = stream.ReadAsync(buffer, Token);
        reading.IsCompleted.Should().BeFalse();
        Err("err");
        Out("x");
        (await reading).Should().Be(1);
        Log.Close();
        (await stream.ReadAsync(buffer, Token)).Should().Be(0);
    }

    [Fact]
    public async Task ReadAsync_Cancelled_Throws()
    {
        using LogOutputStream stream = new(Log, OutputStream.StandardOutput);
        using CancellationTokenSource cancel = new();
        ValueTask<int> reading = stream.ReadAsync(new byte[1], cancel.Token);
        await cancel.CancelAsync();
        await FluentActions.Awaiting(async () => await reading).Should().ThrowAsync<OperationCanceledException>();
    }

    [Fact]
    public async Task Open_LogCutOffByACrash_GoesOnBehindTheWholeFrames()
    {
        Out("whole");
        Out("cut off");
        Log.Close();
        using (FileStream file = File.OpenWrite(LogFile(1)))
            file.SetLength(file.Length - 3);

        ContainerLog again = NewLog();
        (await BytesAsync(again, OutputStream.StandardOutput)).Should().Be("whole");

        again.Open();
        again.Append(Frame(DateTimeOffset.UnixEpoch, OutputStream.StandardOutput, "more"u8));
        again.Close();
        (await BytesAsync(again, OutputStream.StandardOutput)).Should().Be("wholemore");
    }

    [Fact]
    public async Task Open_SecondRun_AppendsToTheSameFile()
    {
        Out("one\n");
        Log.Close();
        Log.Open();
        Out("two\n");
        Log.Close();

        (await LinesAsync(NewLog())).Should().Equal("1:one", "1:two");
        Log.Files.Numbers().Should().Equal(1);
    }

    [Theory]
    [InlineData(0, -1)] // seconds
    [InlineData(12, -1)] // nanoseconds
    [InlineData(16, -1)] // length
    [InlineData(16, int.MaxValue)]
    [InlineData(20, 0)] // stream
    [InlineData(20, 7)]
    public async Task Read_DamagedHeader_GivesWhatIsBeforeAndTheNextFiles(int offset, int value)
    {
        Out("before\n");
        int first = (int)new FileInfo(LogFile(1)).Length;
        FillFile(0);
        FillFile(100);
        Log.Close();
        // Of the seconds, the upper half: the whole number is then negative.
        Damage(LogFile(1), first + (offset == 0 ? 4 : offset), value);

        List<string> lines = await LinesAsync(NewLog());
        lines[0].Should().Be("1:before");
        lines[^1].Should().StartWith("1:00000163");
        lines.Should().NotContain(static line => line.StartsWith("1:00000000", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Read_RandomBytes_EndsWithoutFailure()
    {
        Random random = new(7);
        for (int i = 0; i < 200; i++)
        {
            byte[] noise = new byte[random.Next(2000)];
            random.NextBytes(noise);
            await File.WriteAllBytesAsync(LogFile(1), noise, Token);
            foreach (LogOptions options in (LogOptions[])[new() { Follow = false }, new() { Follow = false, Tail = 3 }])
                (await LinesAsync(NewLog(), options)).Should().BeEmpty();
        }
    }

    [Fact]
    public async Task Append_DiskFull_DropsAndTellsReadersAtTheEnd()
    {
        Out("kept\n");
        // A rotation can't make its file: as little as on a full disk, but for any user and on any file system.
        Directory.CreateDirectory(LogFile(2));
        int next = FillFile(0);
        FillFile(next);
        Log.Close();

        Log.Failure.Should().NotBeNull();
        List<string> lines = [];
        Func<Task> reading = async () =>
        {
            await foreach (OutputLine line in LogLines.ReadAsync(Log, new LogOptions(), TimeProvider.System, Token))
                lines.Add(line.Content);
        };
        await reading.Should().ThrowAsync<ContainerRuntimeException>().WithMessage("write log: *output from here on is lost");
        lines[0].Should().Be("kept");
        lines.Should().HaveCountGreaterThan(10);
    }

    [Fact]
    public async Task Pump_BothEndsOfAPipe_CarriesEveryByte()
    {
        byte[] sent = new byte[3_000_000];
        new Random(1).NextBytes(sent);
        ContainerLog log = new(Root.CreateDirectory("pumped"), LogLimits.Default);
        log.Open();
        using PipeEnds pipe = PipeEnds.ForOutput();
        Task pump = OutputPump.RunAsync(pipe.TakeOurs(), OutputStream.StandardOutput, log, TimeProvider.System, Token);
        await Task.Run(() => WriteAll(pipe.Theirs, sent), Token);
        pipe.Theirs.Dispose();
        await pump;
        log.Close();

        using MemoryStream received = new();
        await using LogOutputStream stream = new(log, OutputStream.StandardOutput);
        await stream.CopyToAsync(received, Token);
        received.ToArray().AsSpan().SequenceEqual(sent).Should().BeTrue();
    }

    private static void WriteAll(FileDescriptor end, ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty)
            data = data[Math.Max(0, Pipe.Write(end, data))..];
    }
}
