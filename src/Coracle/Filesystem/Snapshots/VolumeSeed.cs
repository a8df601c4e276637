using System.Text;
using Coracle.Filesystem.Layers;
using Coracle.Filesystem.Layers.Directories;
using Coracle.Kernel.Errors;
using Coracle.Kernel.Handles;
using Coracle.Kernel.Interop;
using Coracle.Kernel.Paths;

namespace Coracle.Filesystem.Snapshots;

/// <summary>Gives an empty volume what an image has in its place: files, owner and mode.</summary>
/// <remarks>
/// The copy is made beside the volume and moved into it when it is whole: somebody may use the volume already, so it can't be
/// replaced. A copy that was being moved when its process died is moved on by the next one. One at a time for a volume.
/// </remarks>
internal static class VolumeSeed
{
    private const string PartSuffix = ".part";
    private const string WholeSuffix = ".whole";
    private static readonly int DirectoryFlags = Libc.O_RDONLY | Libc.O_DIRECTORY;

    /// <summary>Fills a volume, if it is empty and the image has a directory there.</summary>
    /// <param name="root">The mounted root.</param>
    /// <param name="source">The path in it.</param>
    /// <param name="path">The directory of the volume's content.</param>
    /// <param name="cancellationToken">Cancels; the volume is as before.</param>
    internal static async Task FillAsync(FileDescriptor root, string source, string path, CancellationToken cancellationToken)
    {
        if (Directory.Exists(path + WholeSuffix))
        {
            MoveWhole(path);
            return;
        }
        if (!IsEmpty(path))
            return;
        RootedPath.TryOpen(root, Encoding.UTF8.GetBytes(source), DirectoryFlags, out FileDescriptor? directory);
        if (directory is null)
            return; // nothing there, or no directory: the mount says so where that is wrong
        using (directory)
        {
            // The kernel copies for as long as the directory is large.
            await Task.Factory.StartNew(
                () => CopyAsync(directory, path + PartSuffix, cancellationToken),
                CancellationToken.None,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default).Unwrap().ConfigureAwait(false);
        }
        Directory.Move(path + PartSuffix, path + WholeSuffix);
        MoveWhole(path);
    }

    private static async Task CopyAsync(FileDescriptor directory, string path, CancellationToken cancellationToken)
    {
        Tree.Remove(path, cancellationToken); // a crash left half of one
        DirectoryLayerWriter writer = DirectoryLayerWriter.Create(path, NoLowerLayers.Instance);
        await using (writer.ConfigureAwait(false))
        {
            new MergedTree([directory], userXattr: false).CopyTo(writer, cancellationToken);
            await writer.CompleteAsync(cancellationToken).ConfigureAwait(false);
        }
        LayerStack.CopyAttributes(directory, path);
    }

    private static void MoveWhole(string path)
    {
        using (FileDescriptor whole = LayerStore.OpenDirectory(path + WholeSuffix))
        using (FileDescriptor volume = LayerStore.OpenDirectory(path))
        {
            foreach (byte[] name in NamesIn(whole))
            {
                int result = At.Rename(whole, name, volume, name);
                if (result < 0)
                    throw Errno.Failure(-result, "fill volume", path);
            }
            LayerStack.CopyAttributes(whole, path);
        }
        Directory.Delete(path + WholeSuffix);
    }

    private static bool IsEmpty(string path)
    {
        using FileDescriptor directory = LayerStore.OpenDirectory(path);
        return NamesIn(directory).Count == 0;
    }

    private static List<byte[]> NamesIn(FileDescriptor directory)
    {
        List<byte[]> names = [];
        DirectoryEntries entries = new(directory);
        try
        {
            while (entries.MoveNext())
                names.Add(entries.Name.ToArray());
        }
        finally
        {
            entries.Dispose();
        }
        return names;
    }
}
