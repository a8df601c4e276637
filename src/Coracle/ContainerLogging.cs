using Microsoft.Extensions.Logging;

namespace Coracle;

/// <summary>Gives what a container writes to a logger.</summary>
public static partial class ContainerLogging
{
    /// <summary>
    /// Logs the container's lines as they come, with the properties <c>Container</c> (its name), <c>Stream</c> and <c>Line</c>,
    /// under the event <c>ContainerOutput</c> (8001).
    /// </summary>
    /// <param name="container">The container. The log is read, not the program: a slow logger holds up nothing.</param>
    /// <param name="logger">The logger.</param>
    /// <param name="level">The level of every line.</param>
    /// <param name="options">Which lines; null for all of them, to the end of the run.</param>
    /// <param name="cancellationToken">Ends it with <see cref="OperationCanceledException"/>.</param>
    /// <returns>Completes when the run has ended and its last line is logged.</returns>
    public static async Task ForwardToAsync(
        this IContainer container,
        ILogger logger,
        LogLevel level = LogLevel.Information,
        LogOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(container);
        ArgumentNullException.ThrowIfNull(logger);
        await foreach (OutputLine line in container.ReadLinesAsync(options, cancellationToken).ConfigureAwait(false))
            Output(logger, level, container.Name, line.Stream, line.Content);
    }

    // The level is the caller's: a container does not say how grave a line is.
    [LoggerMessage(EventId = 8001, EventName = "ContainerOutput", Message = "{Container} {Stream}: {Line}")]
    private static partial void Output(ILogger logger, LogLevel level, string container, OutputStream stream, string line);
}
