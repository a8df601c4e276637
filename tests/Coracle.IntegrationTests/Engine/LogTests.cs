using System.Collections.Concurrent;
using System.Diagnostics;
using Coracle.TestSupport;
using Microsoft.Extensions.Logging;

namespace Coracle.IntegrationTests.Engine;

public sealed class LogTests(FixtureRegistry registry) : EngineTest(registry)
{
    [Fact]
    public async Task Line_OfAMebibyte_IsOneLine()
    {
        await using IContainer container = await Runtime.Containers.RunAsync(
            Shell("head -c 1048576 /dev/zero | tr '\\0' x; echo; echo next; printf rest"), Token);
        List<string> lines = await LinesAsync(container);
        lines.Select(static line => line.Length).Should().Equal(1 << 20, 4, 4);
        lines[^1].Should().Be("rest");
    }

    [Fact]
    public async Task Output_OfEveryByte_IsUnchanged()
    {
        await using IContainer container = await Runtime.Containers.RunAsync(
            Shell("i=0; while [ $i -lt 256 ]; do printf \"\\\\x$(printf %02x $i)\"; i=$((i+1)); done"), Token);
        using MemoryStream bytes = new();
        await container.OpenOutput(OutputStream.StandardOutput).CopyToAsync(bytes, Token);
        bytes.ToArray().Should().Equal(Enumerable.Range(0, 256).Select(static i => (byte)i));
    }

    [Fact]
    public async Task Rotation_UnderASlowFollower_LosesNothing()
    {
        await using IContainer container = await Runtime.Containers.RunAsync(
            Shell("echo begin; read x; seq 200000") with { OpenStandardInput = true, Log = Small }, Token);
        await using IAsyncEnumerator<OutputLine> follower = container.ReadLinesAsync(cancellationToken: Token).GetAsyncEnumerator(Token);
        (await follower.MoveNextAsync()).Should().BeTrue();
        await container.StandardInput.DisposeAsync();
        await container.WaitAsync(Token);
        int count = 0;
        while (await follower.MoveNextAsync())
            follower.Current.Content.Should().Be($"{++count}");
        count.Should().Be(200_000);
    }

    [Fact]
    public async Task Rotation_OfMuchOutput_KeepsTheLimit()
    {
        await using IContainer container = await Runtime.Containers.RunAsync(Shell("seq 200000") with { Log = Small }, Token);
        await container.WaitAsync(Token);
        Directory.EnumerateFiles(Path.Combine(DataRoot, "containers", container.Id.ToString()), "log.*")
            .Sum(static file => new FileInfo(file).Length).Should().BeLessThanOrEqualTo(Small.MaxFileSize * Small.MaxFiles);
        List<string> lines = await LinesAsync(container, new LogOptions { Tail = 2 });
        lines.Should().Equal("199999", "200000");
    }

    [Fact]
    public async Task Follow_ByAnotherRuntime_SeesLinesAsTheyComeAndTheEnd()
    {
        await using IContainer container = await Runtime.Containers.RunAsync(
            Shell("echo first; read x; echo second; read x; seq 100000") with { OpenStandardInput = true, Log = Small }, Token);
        await using IContainerRuntime other = await CoracleRuntime.OpenAsync(Options(), Token);
        await using IContainer same = await other.Containers.GetAsync(container.Name, Token);
        List<string> lines = [];
        await foreach (OutputLine line in same.ReadLinesAsync(cancellationToken: Token))
        {
            lines.Add(line.Content);
            if (lines.Count == 1)
                await container.StandardInput.WriteAsync("go\n"u8.ToArray(), Token);
            if (lines.Count == 2)
                await container.StandardInput.DisposeAsync();
        }
        lines.Should().HaveCount(100_002);
        lines[^1].Should().Be("100000");
    }

    [Fact]
    public async Task Follow_WriterIsKilled_EndsWithWhatItWrote()
    {
        await Runtime.Images.PullAsync(Busybox, cancellationToken: Token);
        using Process host = Process.Start(new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "Coracle.CrashHost"))
        {
            ArgumentList = { DataRoot, Busybox, "kept" },
            RedirectStandardOutput = true,
        })!;
        using StreamReader output = host.StandardOutput;
        (await output.ReadLineAsync(Token)).Should().Be("ready");
        ContainerInfo running = (await Runtime.Containers.ListAsync(new ContainerListOptions(), Token))[0];
        await using IContainer container = await Runtime.Containers.GetAsync(running.Name, Token);
        await using IAsyncEnumerator<OutputLine> lines = container.ReadLinesAsync(cancellationToken: Token).GetAsyncEnumerator(Token);
        Task<bool> next = lines.MoveNextAsync().AsTask();
        next.IsCompleted.Should().BeFalse("it runs, and says nothing");
        host.Kill();
        (await next.WaitAsync(TimeSpan.FromSeconds(20), Token)).Should().BeFalse();
        await host.WaitForExitAsync(Token);
    }

    [Fact]
    public async Task Follow_TwoHundredReaders_TakeFewThreads()
    {
        await using IContainer container = await Runtime.Containers.RunAsync(
            Shell("echo ready; read x; seq 100") with { OpenStandardInput = true }, Token);
        await using IContainerRuntime other = await CoracleRuntime.OpenAsync(Options(), Token);
        await using IContainer same = await other.Containers.GetAsync(container.Name, Token);
        int before = Process.GetCurrentProcess().Threads.Count;
        int waiting = 200;
        TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<int>[] readers = [.. Enumerable.Range(0, 200).Select(i => CountAsync(i % 2 == 0 ? container : same))];
        // Each has read a line, and waits for the next.
        await begun.Task.WaitAsync(Token);
        int most = Process.GetCurrentProcess().Threads.Count;
        await container.StandardInput.DisposeAsync();
        (await Task.WhenAll(readers)).Should().AllBeEquivalentTo(101);
        most = Math.Max(most, Process.GetCurrentProcess().Threads.Count);
        (most - before).Should().BeLessThan(60);

        async Task<int> CountAsync(IContainer from)
        {
            int count = 0;
            await foreach (OutputLine _ in from.ReadLinesAsync(cancellationToken: Token))
            {
                if (++count == 1 && Interlocked.Decrement(ref waiting) == 0)
                    begun.TrySetResult();
            }
            return count;
        }
    }

    [Fact]
    public async Task ForwardTo_Logger_GetsEachLineWithItsFacts()
    {
        await using IContainer container = await Runtime.Containers.RunAsync(Shell("echo out; echo err >&2"), Token);
        RecordingLogger logger = new();
        await container.ForwardToAsync(logger, LogLevel.Warning, cancellationToken: Token);
        logger.Entries.Should().BeEquivalentTo(
            $"Warning 8001 Container={container.Name} Stream=StandardOutput Line=out",
            $"Warning 8001 Container={container.Name} Stream=StandardError Line=err");
    }

    private static LogLimits Small => new() { MaxFileSize = 64 * 1024, MaxFiles = 3 };

    private static async Task<List<string>> LinesAsync(IContainer container, LogOptions? options = null)
    {
        List<string> lines = [];
        await foreach (OutputLine line in container.ReadLinesAsync(options, Token))
            lines.Add(line.Content);
        return lines;
    }

    private sealed class RecordingLogger : ILogger
    {
        public ConcurrentQueue<string> Entries { get; } = new();

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            IEnumerable<KeyValuePair<string, object?>> facts = (IEnumerable<KeyValuePair<string, object?>>)state!;
            Entries.Enqueue($"{logLevel} {eventId.Id} "
                + string.Join(' ', facts.Where(static fact => fact.Key != "{OriginalFormat}").Select(static fact => $"{fact.Key}={fact.Value}")));
        }
    }
}
