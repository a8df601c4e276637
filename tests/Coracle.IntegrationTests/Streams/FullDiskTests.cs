using Coracle.Kernel.Handles;
using Coracle.Streams.Attach;
using Coracle.Streams.Logs;
using Coracle.TestSupport;

namespace Coracle.IntegrationTests.Streams;

/// <summary>A log on a file system of two MiB.</summary>
public sealed class FullDiskTests : IAsyncLifetime
{
    private const int Sent = 5_000_000;

    private readonly TempDirectory _root = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Prerequisite.RequireRoot();
        await Tool.RunAsync("mount", ["-t", "tmpfs", "-o", "size=2m", "coracle-test", _root.Path], Token);
    }

    public async ValueTask DisposeAsync()
    {
        await Tool.RunAsync("umount", [_root.Path], CancellationToken.None);
        _root.Dispose();
    }

    [Fact]
    public async Task Pump_DiskFull_TakesAllFromTheProgramAndTellsReaders()
    {
        ContainerLog log = new(_root.Path, LogLimits.Default);
        log.Open();
        using (PipeEnds pipe = PipeEnds.ForOutput())
        {
            Task pump = OutputPump.RunAsync(pipe.TakeOurs(), OutputStream.StandardOutput, log, TimeProvider.System, Token);
            await Task.Run(() => WriteAll(pipe.Theirs, new byte[Sent]), Token);
            pipe.Theirs.Dispose();
            await pump;
        }
        log.Close();

        using MemoryStream received = new();
        await using LogOutputStream stream = new(log, OutputStream.StandardOutput);
        await FluentActions.Awaiting(() => stream.CopyToAsync(received, Token))
            .Should().ThrowAsync<ContainerRuntimeException>().WithMessage("write log: *No space left on device*");
        received.Length.Should().BeInRange(1_000_000, 2 << 20);
        using LogSegment segment = log.Files.TryHold(1)!;
        while (segment.TryMoveNext())
        {
        }
        segment.EndsWhole.Should().BeTrue("what could not be written whole is cut off");
    }

    private static void WriteAll(FileDescriptor end, ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty)
            data = data[Math.Max(0, Pipe.Write(end, data))..];
    }
}
