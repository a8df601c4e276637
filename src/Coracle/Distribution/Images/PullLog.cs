using Microsoft.Extensions.Logging;

namespace Coracle.Distribution.Images;

/// <summary>What pulls and the image store tell. Events 1100 to 1199.</summary>
internal static partial class PullLog
{
    [LoggerMessage(1100, LogLevel.Debug, "pulling {Reference} for {Platform}")]
    internal static partial void Pulling(ILogger logger, string reference, string platform);

    [LoggerMessage(1101, LogLevel.Information, "pulled {Reference}: image {Id} with {Layers} layers in {Elapsed:0} ms")]
    internal static partial void Pulled(ILogger logger, string reference, string id, int layers, double elapsed);

    [LoggerMessage(1102, LogLevel.Debug, "going on with blob {Digest}: {Kept} of {Size} bytes are there")]
    internal static partial void Resuming(ILogger logger, Digest digest, long kept, long size);

    [LoggerMessage(1103, LogLevel.Warning, "fetching blob {Digest} anew: {Reason}")]
    internal static partial void Again(ILogger logger, Digest digest, string reason);

    [LoggerMessage(1104, LogLevel.Warning, "{Reference} is for {Actual}, and {Wanted} was looked for: it may not run here")]
    internal static partial void OtherPlatform(ILogger logger, string reference, string actual, string wanted);

    [LoggerMessage(1105, LogLevel.Information, "removed {Reference}: {Blobs} blobs that no other image has")]
    internal static partial void Removed(ILogger logger, string reference, int blobs);

    [LoggerMessage(1106, LogLevel.Debug, "the entry {Digest} of the layout's index is no image of this store: {Reason}")]
    internal static partial void Foreign(ILogger logger, Digest digest, string reason);
}
