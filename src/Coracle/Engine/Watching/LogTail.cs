using Coracle.Streams.Logs;

namespace Coracle.Engine.Watching;

/// <summary>The last lines of a run, for an error that says what became of it.</summary>
internal static class LogTail
{
    private const int MaxLines = 20;
    private const int MaxLength = 500;

    /// <summary>Reads the last lines that were written since a time.</summary>
    internal static async Task<IReadOnlyList<OutputLine>> ReadAsync(ContainerLog log, DateTimeOffset since)
    {
        Queue<OutputLine> last = new();
        LogOptions options = new() { Follow = false };
        await foreach (OutputLine line in LogLines.ReadAsync(log, options, CancellationToken.None).ConfigureAwait(false))
        {
            if (line.Time < since)
                continue;
            if (last.Count == MaxLines)
                last.Dequeue();
            last.Enqueue(line.Content.Length <= MaxLength ? line : line with { Content = line.Content[..MaxLength] + "..." });
        }
        return [.. last];
    }

    /// <summary>The lines as the end of a message.</summary>
    internal static string Describe(IReadOnlyList<OutputLine> lines) => lines.Count == 0
        ? "; it has written nothing"
        : "; its last lines:\n" + string.Join('\n', lines.Select(static line => "  " + line.Content));
}
