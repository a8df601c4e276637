using Coracle.Filesystem.Layers;
using Coracle.Filesystem.Layers.Directories;
using Coracle.Kernel.Handles;
using Coracle.Kernel.Paths;

namespace Coracle.Filesystem.Snapshots;

/// <summary>Copies the merged tree of layers, for hosts without overlay.</summary>
internal static class TreeCopy
{
    private const string PartSuffix = ".part";

    /// <summary>Writes the copy.</summary>
    /// <param name="stack">The layers.</param>
    /// <param name="path">The directory to be made. It gets its name when it is whole.</param>
    /// <param name="cancellationToken">Cancels; nothing is left.</param>
    internal static async Task WriteAsync(LayerStack stack, string path, CancellationToken cancellationToken)
    {
        // Copying blocks in the kernel for as long as the image is large.
        await Task.Factory.StartNew(
            () => Write(stack, path, cancellationToken),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default).Unwrap().ConfigureAwait(false);
    }

    private static async Task Write(LayerStack stack, string path, CancellationToken cancellationToken)
    {
        // A crash left half of one.
        Tree.Remove(path + PartSuffix, cancellationToken);
        List<FileDescriptor> roots = [.. stack.Visible.Select(static layer => layer.OpenRoot())];
        DirectoryLayerWriter writer = DirectoryLayerWriter.Create(
            path + PartSuffix, NoLowerLayers.Instance, new DirectoryLayerOptions { UserXattr = stack.UserXattr });
        await using (writer.ConfigureAwait(false))
        {
            new MergedTree(roots, stack.UserXattr).CopyTo(writer, cancellationToken);
            await writer.CompleteAsync(cancellationToken).ConfigureAwait(false);
        }
        stack.CopyRootTo(path + PartSuffix);
        Directory.Move(path + PartSuffix, path);
        foreach (FileDescriptor root in roots)
            root.Dispose();
    }
}
