namespace Coracle.Streams.Logs;

/// <summary>What a reader wants, as it was when the reading began: options can be changed.</summary>
internal sealed record LogSelection(
    bool Follow, bool StandardOutput, bool StandardError, DateTimeOffset? Since, DateTimeOffset? Until, int? Tail)
{
    internal static LogSelection From(LogOptions options) =>
        new(options.Follow, options.StandardOutput, options.StandardError, options.Since, options.Until, options.Tail);

    internal bool Wants(OutputStream stream) => stream == OutputStream.StandardOutput ? StandardOutput : StandardError;

    /// <summary>Whether a line that began then is wanted.</summary>
    internal bool Wants(DateTimeOffset time) => !IsTooOld(time) && !IsTooNew(time);

    internal bool IsTooOld(DateTimeOffset time) => time < Since;

    internal bool IsTooNew(DateTimeOffset time) => time > Until;
}
