namespace Coracle.Streams.Logs;

/// <summary>Tells one reader of a log when to look again. One caller at a time.</summary>
internal abstract class LogActivity : IDisposable
{
    /// <summary>Marks this moment: a look at the log after this call sees all that came before.</summary>
    /// <returns>Whether more may come after it.</returns>
    internal abstract bool Mark();

    /// <summary>Completes when there may be more than at the last mark, or the run ended.</summary>
    internal abstract Task WaitAsync(CancellationToken cancellationToken);

    /// <inheritdoc />
    public abstract void Dispose();
}
