using System.Text;
using Coracle.Kernel.Handles;
using Coracle.Streams.Attach;
using Coracle.Streams.Logs;

namespace Coracle.Tests.Streams.Logs;

public sealed class ContainerLogTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("coracle-log-").FullName;
    private readonly ContainerLog _log;

    public ContainerLogTests()
    {
        _log = ContainerLog.At(LogPath);
        _log.Open();
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string LogPath => Path.Combine(_root, "log");

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task OpenOutput_TwoStreamsInterleaved_GivesEachItsOwnBytes()
    {
        Append("one", OutputStream.StandardOutput);
        Append("bad", OutputStream.StandardError);
        Append("two", OutputStream.StandardOutput);
        _log.Close();

        (await ReadAll(OutputStream.StandardOutput)).Should().Be("onetwo");
        (await ReadAll(OutputStream.StandardError)).Should().Be("bad");
    }

    [Fact]
    public async Task ReadAsync_NothingYet_WaitsForTheNextFrame()
    {
        using LogOutputStream stream = new(_log, OutputStream.StandardOutput);
        byte[] buffer = new byte[10];
        ValueTask<int> reading = stream.ReadAsync(buffer, Token);
        reading.IsCompleted.Should().BeFalse();
        Append("err", OutputStream.StandardError);
        Append("x", OutputStream.StandardOutput);
        (await reading).Should().Be(1);
        _log.Close();
        (await stream.ReadAsync(buffer, Token)).Should().Be(0);
    }

    [Fact]
    public async Task ReadAsync_Cancelled_Throws()
    {
        using LogOutputStream stream = new(_log, OutputStream.StandardOutput);
        using CancellationTokenSource cancel = new();
        ValueTask<int> reading = stream.ReadAsync(new byte[1], cancel.Token);
        await cancel.CancelAsync();
        await FluentActions.Awaiting(async () => await reading).Should().ThrowAsync<OperationCanceledException>();
    }

    [Fact]
    public async Task Lines_CutAcrossFrames_AreJoinedPerStream()
    {
        Append("a", OutputStream.StandardOutput);
        Append("e1\ne2", OutputStream.StandardError);
        Append("b\r\n\nc", OutputStream.StandardOutput);
        _log.Close();

        List<string> lines = [];
        await foreach (OutputLine line in LogLines.ReadAsync(_log, new LogOptions(), Token))
            lines.Add($"{(int)line.Stream}:{line.Content}");

        lines.Should().Equal("2:e1", "1:ab", "1:", "1:c", "2:e2");
    }

    [Fact]
    public async Task Lines_WithoutFollow_EndAtWhatIsThere()
    {
        Append("x\n", OutputStream.StandardOutput);
        List<OutputLine> lines = [];
        await foreach (OutputLine line in LogLines.ReadAsync(_log, new LogOptions { Follow = false }, Token))
            lines.Add(line);
        lines.Should().ContainSingle();
    }

    [Fact]
    public async Task At_LogCutOffByACrash_ReadsTheWholeFrames()
    {
        Append("whole", OutputStream.StandardOutput);
        Append("cut off", OutputStream.StandardOutput);
        _log.Close();
        using (FileStream file = File.OpenWrite(LogPath))
            file.SetLength(file.Length - 3);

        ContainerLog again = ContainerLog.At(LogPath);
        using StreamReader reader = new(new LogOutputStream(again, OutputStream.StandardOutput));
        (await reader.ReadToEndAsync(Token)).Should().Be("whole");

        again.Open();
        again.Append(Frame("more", OutputStream.StandardOutput));
        again.Close();
        using StreamReader both = new(new LogOutputStream(again, OutputStream.StandardOutput));
        (await both.ReadToEndAsync(Token)).Should().Be("wholemore");
    }

    [Fact]
    public async Task Pump_BothEndsOfAPipe_CarriesEveryByte()
    {
        byte[] sent = new byte[3_000_000];
        new Random(1).NextBytes(sent);
        using PipeEnds pipe = PipeEnds.ForOutput();
        Task pump = OutputPump.RunAsync(pipe.TakeOurs(), OutputStream.StandardOutput, _log, TimeProvider.System, Token);
        await Task.Run(() => WriteAll(pipe.Theirs, sent), Token);
        pipe.Theirs.Dispose();
        await pump;
        _log.Close();

        using MemoryStream received = new();
        await using LogOutputStream stream = new(_log, OutputStream.StandardOutput);
        await stream.CopyToAsync(received, Token);
        received.ToArray().AsSpan().SequenceEqual(sent).Should().BeTrue();
    }

    private static void WriteAll(FileDescriptor end, ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty)
            data = data[Math.Max(0, Pipe.Write(end, data))..];
    }

    private void Append(string text, OutputStream stream) => _log.Append(Frame(text, stream));

    private static byte[] Frame(string text, OutputStream stream)
    {
        byte[] frame = new byte[LogFrame.HeaderSize + text.Length];
        LogFrame.At(DateTimeOffset.UnixEpoch, text.Length, stream).Write(frame);
        Encoding.ASCII.GetBytes(text, frame.AsSpan(LogFrame.HeaderSize));
        return frame;
    }

    private async Task<string> ReadAll(OutputStream output)
    {
        using StreamReader reader = new(new LogOutputStream(_log, output));
        return await reader.ReadToEndAsync(Token);
    }
}
