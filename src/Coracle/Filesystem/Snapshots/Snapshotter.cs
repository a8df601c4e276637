using Coracle.Distribution.Images;
using Coracle.Filesystem.Layers;
using Coracle.Kernel.Errors;
using Coracle.Kernel.Interop;
using Coracle.Kernel.Mounts;
using Coracle.Kernel.Paths;

namespace Coracle.Filesystem.Snapshots;

/// <summary>
/// Makes root file systems of layers: an overlay with an upper directory of its own where the host allows it, otherwise a copy
/// of the merged tree.
/// </summary>
/// <remarks>
/// All that a snapshot writes lies in a directory of the caller. Removing the snapshot is removing that directory, which is
/// the caller's to do (<see cref="Kernel.Files.Trash"/>: nobody should wait for it).
/// </remarks>
internal sealed class Snapshotter
{
    private const uint PrivateMode = 0x1C0; // 0700

    private readonly LayerStore _layers;
    private readonly bool _forceCopy;
    private readonly Lock _probe = new();
    private ContainerRuntimeException? _overlayProblem;
    private bool _probed;

    /// <param name="layers">Where layers are found.</param>
    /// <param name="forceCopy">Whether to copy also where overlay could be had.</param>
    internal Snapshotter(LayerStore layers, bool forceCopy = false)
    {
        _layers = layers;
        _forceCopy = forceCopy;
    }

    /// <summary>Prepares a writable root, or finds it as it was left: what a container wrote is there when it starts again.</summary>
    /// <param name="directory">Where it may write; exists.</param>
    /// <param name="layers">The layers of the image, the base first; may be none.</param>
    /// <param name="durable">Whether what is written must survive a crash of the machine. If not, unmounting does not wait for
    /// the disk.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ContainerRuntimeException">A layer is missing, or the root can't be made.</exception>
    internal async Task<Snapshot> PrepareAsync(
        string directory, IReadOnlyList<LayerDescriptor> layers, bool durable, CancellationToken cancellationToken)
    {
        LayerStack stack = LayerStack.Open(_layers, layers);
        try
        {
            if (_forceCopy || FindOverlayProblem(directory) is not null)
                return await CopyAsync(directory, stack, cancellationToken).ConfigureAwait(false);
            string upper = Path.Combine(directory, "upper");
            string work = Path.Combine(directory, "work");
            MakeUpper(upper, stack);
            if (!MakeDirectory(work))
                ForgetVolatile(work);
            return new Snapshot(
                new Mount.Overlay(Lowers(directory, stack), upper, work, Volatile: !durable, _layers.UserXattr),
                stack.Layers);
        }
        catch
        {
            stack.Dispose();
            throw;
        }
    }

    /// <summary>Prepares a root that can't be written to.</summary>
    /// <param name="directory">Where it may keep what it needs; exists.</param>
    /// <param name="layers">The layers of the image, the base first; may be none.</param>
    /// <param name="cancellationToken">Cancels.</param>
    internal async Task<Snapshot> ViewAsync(
        string directory, IReadOnlyList<LayerDescriptor> layers, CancellationToken cancellationToken)
    {
        LayerStack stack = LayerStack.Open(_layers, layers);
        try
        {
            if (_forceCopy || FindOverlayProblem(directory) is not null)
            {
                Snapshot copy = await CopyAsync(directory, stack, cancellationToken).ConfigureAwait(false);
                return new Snapshot(((Mount.Bind)copy.Root) with { Attributes = MountAttributes.ReadOnly }, []);
            }

            // An empty layer on top has the attributes of the root. Besides, overlay wants two layers if none is written to.
            string top = Path.Combine(directory, "view");
            MakeUpper(top, stack);
            LowerLayer[] lowers = [new LowerLayer.Directory(top), .. Lowers(directory, stack)];
            return new Snapshot(new Mount.Overlay(lowers, Upper: null, Work: null, UserXattr: _layers.UserXattr), stack.Layers);
        }
        catch
        {
            stack.Dispose();
            throw;
        }
    }

    /// <summary>Why roots are copies here and no overlays; null if they are overlays. Tried once.</summary>
    /// <param name="directory">A directory on the file system that roots are written to.</param>
    internal ContainerRuntimeException? FindOverlayProblem(string directory)
    {
        lock (_probe)
        {
            if (!_probed)
                _overlayProblem = OverlaySupport.Probe(directory, _layers.UserXattr);
            _probed = true;
            return _overlayProblem;
        }
    }

    private static async Task<Snapshot> CopyAsync(string directory, LayerStack stack, CancellationToken cancellationToken)
    {
        using (stack)
        {
            string root = Path.Combine(directory, "rootfs");
            if (!Directory.Exists(root))
                await TreeCopy.WriteAsync(stack, root, cancellationToken).ConfigureAwait(false);
            return new Snapshot(new Mount.Bind(root, Recursive: false), []);
        }
    }

    // Overlay takes no less than one layer. An image without any (FROM scratch) gets an empty one.
    private static LowerLayer[] Lowers(string directory, LayerStack stack)
    {
        LowerLayer[] lowers = [.. stack.Visible.Select(static layer => layer.Lower)];
        if (lowers.Length > 0)
            return lowers;
        string empty = Path.Combine(directory, "empty");
        MakeDirectory(empty);
        return [new LowerLayer.Directory(empty)];
    }

    // Overlay shows the attributes of the upper directory as those of the root.
    private static void MakeUpper(string path, LayerStack stack)
    {
        if (MakeDirectory(path))
            stack.CopyRootTo(path);
    }

    private static bool MakeDirectory(string path)
    {
        if (Libc.mkdir(path, PrivateMode) == 0)
            return true;
        int errno = Errno.Last;
        return errno == Errno.EEXIST ? false : throw Errno.Failure(errno, "make directory", path);
    }

    // A volatile overlay leaves this to say that a crash may have torn the upper directory. Whoever must not lose anything has
    // not asked for a volatile one.
    private static void ForgetVolatile(string work) => Tree.Remove(Path.Combine(work, "work", "incompat"));
}
