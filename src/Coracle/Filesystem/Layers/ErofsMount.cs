using Coracle.Kernel.Mounts;

namespace Coracle.Filesystem.Layers;

/// <summary>How an EROFS image is mounted: straight from its file.</summary>
internal static class ErofsMount
{
    /// <summary>The mount of an image.</summary>
    internal static Mount Of(string path) => new Mount.New("erofs", path, MountAttributes.ReadOnly, []);
}
