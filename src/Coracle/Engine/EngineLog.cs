using Microsoft.Extensions.Logging;

namespace Coracle.Engine;

// Event ids 9000 to 9999.
internal static partial class EngineLog
{
    [LoggerMessage(9001, LogLevel.Debug, "container {Id} ({Name}): started, pid {Pid}")]
    internal static partial void Started(ILogger logger, string id, string name, int pid);

    [LoggerMessage(9002, LogLevel.Debug, "container {Id} ({Name}): ended, {Status}")]
    internal static partial void Ended(ILogger logger, string id, string name, ExitStatus status);

    [LoggerMessage(9003, LogLevel.Warning, "container {Id}: clean-up failed")]
    internal static partial void CleanupFailed(ILogger logger, string id, Exception failure);

    [LoggerMessage(9004, LogLevel.Information, "container {Id} ({Name}): left by a process that is gone; {Action}")]
    internal static partial void Swept(ILogger logger, string id, string name, string action);

    [LoggerMessage(9005, LogLevel.Information, "image {Reference}: not in the store, pulling")]
    internal static partial void PullingMissing(ILogger logger, ImageReference reference);

    [LoggerMessage(9006, LogLevel.Warning, "trash: {Path} could not be deleted; the next runtime tries again")]
    internal static partial void TrashFailed(ILogger logger, string path, Exception failure);

    [LoggerMessage(9007, LogLevel.Warning, "{Count} events could not be written; other processes do not see them")]
    internal static partial void EventsNotWritten(ILogger logger, int count, Exception failure);

    [LoggerMessage(9008, LogLevel.Warning, "the events of other processes could not be read")]
    internal static partial void EventsNotRead(ILogger logger, Exception failure);

    [LoggerMessage(9009, LogLevel.Warning, "container {Id}: config.json could not be written; nothing depends on it")]
    internal static partial void ConfigNotWritten(ILogger logger, string id, Exception failure);

    [LoggerMessage(9010, LogLevel.Warning, "container {Id}: it can't be watched for want of memory, or for its health")]
    internal static partial void NotWatched(ILogger logger, string id, Exception failure);

    [LoggerMessage(9011, LogLevel.Warning, "container {Id}: its health could not be written; other processes do not see it")]
    internal static partial void HealthNotWritten(ILogger logger, string id, Exception failure);

    [LoggerMessage(9020, LogLevel.Warning, "container {Id} ({Name}): could not be started again by its restart policy")]
    internal static partial void RestartFailed(ILogger logger, string id, string name, Exception failure);
}
