using Coracle.Filesystem.Layers.Erofs;
using Coracle.Kernel.Handles;
using Coracle.Kernel.Mounts;

namespace Coracle.Filesystem.Layers;

/// <summary>Whether layers can be kept as EROFS images here: kernel, privileges and the file system they lie on decide.</summary>
internal static class ErofsSupport
{
    /// <summary>Tries what a container needs: an image in a file, mounted, as a lower layer of an overlay.</summary>
    /// <param name="directory">A directory on the file system in question, and ours alone.</param>
    /// <returns>Null if it works, otherwise the reason.</returns>
    internal static async Task<ContainerRuntimeException?> ProbeAsync(string directory)
    {
        string image = Path.Combine(directory, "probe" + LayerName.ErofsSuffix);
        try
        {
            ErofsLayerWriter writer = new(image, NoLowerLayers.Instance);
            await using (writer.ConfigureAwait(false))
                await writer.CompleteAsync(CancellationToken.None).ConfigureAwait(false);
            using FileDescriptor mount = MountFactory.Create(ErofsMount.Of(image));
            LowerLayer lower = new LowerLayer.Opened(mount);

            // Before Linux 6.15 overlay takes no layer that is not attached somewhere. Without an upper directory it wants two.
            using FileDescriptor overlay = MountFactory.Create(new Mount.Overlay([lower, new LowerLayer.Directory(directory)], Upper: null, Work: null));
            return null;
        }
        catch (ContainerRuntimeException exception)
        {
            return exception;
        }
        finally
        {
            File.Delete(image);
        }
    }
}
