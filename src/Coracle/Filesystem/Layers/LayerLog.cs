using Microsoft.Extensions.Logging;

namespace Coracle.Filesystem.Layers;

/// <summary>Log messages of layers: event ids 2000 to 2099.</summary>
internal static partial class LayerLog
{
    [LoggerMessage(2000, LogLevel.Warning, "Layer {Name} was not on the disk when the machine stopped; it is removed and unpacked again when it is needed")]
    internal static partial void Torn(ILogger logger, string name);

    [LoggerMessage(2001, LogLevel.Warning, "Syncing {Count} layers failed")]
    internal static partial void SyncFailed(ILogger logger, int count, Exception exception);
}
