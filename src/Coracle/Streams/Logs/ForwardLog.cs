using Microsoft.Extensions.Logging;

namespace Coracle.Streams.Logs;

// Event ids 8000 to 8999.
internal static partial class ForwardLog
{
    // The level is the caller's: a container says nothing of how grave a line is.
    [LoggerMessage(EventId = 8001, Message = "{Container} {Stream}: {Line}", EventName = "ContainerOutput")]
    internal static partial void Output(ILogger logger, LogLevel level, string container, OutputStream stream, string line);
}
