using Coracle.Kernel.Handles;
using Coracle.Kernel.Mounts;
using Coracle.Kernel.Paths;

namespace Coracle.Filesystem.Snapshots;

/// <summary>Whether roots can be overlays here: kernel, privileges and the file system they are written to decide.</summary>
internal static class OverlaySupport
{
    /// <summary>Mounts one and lets it go.</summary>
    /// <param name="directory">A directory on the file system in question.</param>
    /// <param name="userXattr">Whether overlay's marks are <c>user.*</c> attributes.</param>
    /// <returns>Null if it works, otherwise the reason.</returns>
    internal static ContainerRuntimeException? Probe(string directory, bool userXattr)
    {
        string place = Path.Combine(directory, $"probe-{Guid.NewGuid():N}");
        try
        {
            string lower = Directory.CreateDirectory(Path.Combine(place, "lower")).FullName;
            string upper = Directory.CreateDirectory(Path.Combine(place, "upper")).FullName;
            string work = Directory.CreateDirectory(Path.Combine(place, "work")).FullName;
            Mount.Overlay overlay = new([new LowerLayer.Directory(lower)], upper, work, Volatile: true, userXattr);
            using FileDescriptor mount = MountFactory.Create(overlay);
            return null;
        }
        catch (ContainerRuntimeException exception)
        {
            return exception;
        }
        finally
        {
            Tree.Remove(place);
        }
    }
}
