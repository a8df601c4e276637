using System.Globalization;
using Coracle.Kernel.Handles;

namespace Coracle.Kernel.Paths;

/// <summary>Names for open descriptors, for calls that only take a path.</summary>
internal static class ProcPath
{
    /// <summary>A path that leads to what the descriptor stands for. Keep the descriptor open meanwhile.</summary>
    internal static string Of(FileDescriptor descriptor) =>
        string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{descriptor.Number}");

    /// <summary>The path that people know it by.</summary>
    internal static string TargetOf(FileDescriptor descriptor)
    {
        string path = Of(descriptor);
        return File.ResolveLinkTarget(path, returnFinalTarget: false)?.FullName ?? path;
    }
}
