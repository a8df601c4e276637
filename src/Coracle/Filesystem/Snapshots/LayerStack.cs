using System.Text;
using Coracle.Distribution.Images;
using Coracle.Filesystem.Layers;
using Coracle.Kernel.Errors;
using Coracle.Kernel.Handles;
using Coracle.Kernel.Interop;
using Coracle.Kernel.Paths;

namespace Coracle.Filesystem.Snapshots;

/// <summary>The layers of one image, held, the topmost first.</summary>
internal sealed class LayerStack : IDisposable
{
    private const uint DefaultRootMode = 0x1ED; // 0755

    private readonly List<Layer> _layers = [];
    private readonly bool _userXattr;
    private int _visible;

    private LayerStack(bool userXattr) => _userXattr = userXattr;

    /// <summary>All of them.</summary>
    internal IReadOnlyList<Layer> Layers => _layers;

    /// <summary>Those that are seen: overlay does not look at the mark on a root that hides all below, so it is done here.</summary>
    internal IEnumerable<Layer> Visible => _layers.Take(_visible);

    internal bool UserXattr => _userXattr;

    /// <summary>Finds the layers.</summary>
    internal static LayerStack Open(LayerStore store, IReadOnlyList<LayerDescriptor> baseFirst)
    {
        LayerStack stack = new(store.UserXattr);
        try
        {
            foreach (LayerDescriptor layer in baseFirst.Reverse())
            {
                stack._layers.Add(store.Find(layer) ?? throw new ContainerRuntimeException(
                    RuntimeErrorKind.NotFound,
                    $"prepare root: layer {layer.DiffId.Short} is not unpacked (pull the image again)"));
            }
            stack._visible = stack.CountVisible();
            return stack;
        }
        catch
        {
            stack.Dispose();
            throw;
        }
    }

    /// <summary>Gives a directory the attributes of the image's root: those of the topmost layer that lists its root.</summary>
    internal void CopyRootTo(string path)
    {
        foreach (Layer layer in Visible)
        {
            using FileDescriptor root = layer.OpenRoot();
            Check(At.Status(root, default, out FileStatus status), "look at layer", layer.Path);

            // What a layer has that does not list its root (see DirectoryLayerWriter.StartRoot).
            bool isListed = status is not
            {
                Mode: Libc.S_IFDIR | DefaultRootMode, Uid: 0, Gid: 0, ModifiedSeconds: 0, ModifiedNanoseconds: 0
            };
            if (isListed)
            {
                Copy(root, status, path);
                return;
            }
        }
        Check(At.SetMode(At.WorkingDirectory, Encoding.UTF8.GetBytes(path), DefaultRootMode), "set mode of", path);
    }

    /// <summary>Gives a directory the attributes of another one.</summary>
    internal static void CopyAttributes(FileDescriptor source, string path)
    {
        Check(At.Status(source, default, out FileStatus status), "look at directory for", path);
        Copy(source, status, path);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (Layer layer in _layers)
            layer.Dispose();
    }

    private int CountVisible()
    {
        string attribute = _userXattr ? OverlayXattr.UserOpaque : OverlayXattr.Opaque;
        for (int i = 0; i < _layers.Count; i++)
        {
            using FileDescriptor root = _layers[i].OpenRoot();
            if (Xattrs.Get(root, default, attribute) is { } value && value.AsSpan().SequenceEqual("y"u8))
                return i + 1;
        }
        return _layers.Count;
    }

    private static void Copy(FileDescriptor root, in FileStatus status, string path)
    {
        byte[] name = Encoding.UTF8.GetBytes(path);
        Check(At.SetOwner(At.WorkingDirectory, name, status.Uid, status.Gid), "set owner of", path);
        using FileDescriptor target = LayerStore.OpenDirectory(path);
        foreach (string attribute in Xattrs.List(root, default))
        {
            if (!OverlayXattr.IsOne(attribute) && Xattrs.Get(root, default, attribute) is { } value)
                Check(At.SetXattr(target, default, attribute, value), $"set attribute {attribute} of", path);
        }
        Check(At.SetMode(At.WorkingDirectory, name, status.Mode & 0xFFF), "set mode of", path);
        Check(
            At.SetModified(At.WorkingDirectory, name, status.ModifiedSeconds, status.ModifiedNanoseconds), "set time of", path);
    }

    private static void Check(int result, string step, string path)
    {
        if (result < 0)
            throw Errno.Failure(-result, step, path);
    }
}
