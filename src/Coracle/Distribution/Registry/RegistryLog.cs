using Microsoft.Extensions.Logging;

namespace Coracle.Distribution.Registry;

/// <summary>What the registry client tells. Events 1000 to 1099.</summary>
internal static partial class RegistryLog
{
    [LoggerMessage(1000, LogLevel.Debug, "{Address}: {Status} after {Elapsed:0} ms")]
    internal static partial void Answered(ILogger logger, string address, int status, double elapsed);

    [LoggerMessage(1001, LogLevel.Information, "{Reason}; trying again in {Pause:0.0} s")]
    internal static partial void Retrying(ILogger logger, string reason, double pause);

    [LoggerMessage(1002, LogLevel.Warning, "mirror {Mirror} of {Registry}: {Reason}")]
    internal static partial void MirrorFailed(ILogger logger, string mirror, string registry, string reason);

    [LoggerMessage(1003, LogLevel.Debug, "{Registry} speaks no TLS: it is on the loopback interface, so HTTP is used")]
    internal static partial void PlainHttp(ILogger logger, string registry);

    [LoggerMessage(1004, LogLevel.Warning, "{Path} can't be read, going on without its credentials: {Reason}")]
    internal static partial void DockerConfigUnreadable(ILogger logger, string path, string reason);
}
