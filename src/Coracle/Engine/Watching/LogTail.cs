using Coracle.Streams.Logs;

namespace Coracle.Engine.Watching;

/// <summary>The last lines of a run, for an error that says what became of it.</summary>
internal static class LogTail
{
    private const int MaxLines = 20;
    private const int MaxLength = 500;

    // What a program says of its end it says there; beside much ordinary output it must not be pushed out. The two come by
    // two pipes, so their order in the log is not that of the program.
    private const int KeptErrors = 10;

    /// <summary>Reads the last lines that were written since a time: of standard error up to ten, whatever came on
    /// standard output at the same time.</summary>
    internal static async Task<IReadOnlyList<OutputLine>> ReadAsync(ContainerLog log, DateTimeOffset since)
    {
        Queue<(int Place, OutputLine Line)> output = new();
        Queue<(int Place, OutputLine Line)> error = new();
        int place = 0;
        LogOptions options = new() { Follow = false };
        await foreach (OutputLine line in LogLines.ReadAsync(log, options, CancellationToken.None).ConfigureAwait(false))
        {
            if (line.Time < since)
                continue;
            Queue<(int Place, OutputLine Line)> last = line.Stream == OutputStream.StandardError ? error : output;
            if (last.Count == MaxLines)
                last.Dequeue();
            last.Enqueue((place++, line.Content.Length <= MaxLength ? line : line with { Content = line.Content[..MaxLength] + "..." }));
        }
        (int Place, OutputLine Line)[] kept = [.. error.TakeLast(KeptErrors)];
        return [.. output.Concat(error.SkipLast(kept.Length)).OrderBy(static item => item.Place).TakeLast(MaxLines - kept.Length)
            .Concat(kept).OrderBy(static item => item.Place).Select(static item => item.Line)];
    }

    /// <summary>The lines as the end of a message.</summary>
    internal static string Describe(IReadOnlyList<OutputLine> lines) => lines.Count == 0
        ? "; it has written nothing"
        : "; its last lines:\n" + string.Join('\n', lines.Select(static line => "  " + line.Content));
}
