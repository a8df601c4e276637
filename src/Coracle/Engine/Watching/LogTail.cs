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
        List<OutputLine> output = await ReadAsync(log, since, OutputStream.StandardOutput).ConfigureAwait(false);
        List<OutputLine> error = await ReadAsync(log, since, OutputStream.StandardError).ConfigureAwait(false);
        OutputLine[] kept = [.. error.TakeLast(KeptErrors)];
        return [.. output.Concat(error.SkipLast(kept.Length)).OrderBy(static line => line.Time).TakeLast(MaxLines - kept.Length)
            .Concat(kept).OrderBy(static line => line.Time)];
    }

    private static async Task<List<OutputLine>> ReadAsync(ContainerLog log, DateTimeOffset since, OutputStream stream)
    {
        LogOptions options = new()
        {
            Follow = false,
            Since = since,
            Tail = MaxLines,
            StandardOutput = stream == OutputStream.StandardOutput,
            StandardError = stream == OutputStream.StandardError,
        };
        List<OutputLine> lines = [];
        await foreach (OutputLine line in LogLines
            .ReadAsync(log, options, TimeProvider.System, CancellationToken.None).ConfigureAwait(false))
        {
            lines.Add(line.Content.Length <= MaxLength ? line : line with { Content = line.Content[..MaxLength] + "..." });
        }
        return lines;
    }

    /// <summary>The lines as the end of a message.</summary>
    internal static string Describe(IReadOnlyList<OutputLine> lines) => lines.Count == 0
        ? "; it has written nothing"
        : "; its last lines:\n" + string.Join('\n', lines.Select(static line => "  " + line.Content));
}
