using Coracle.Kernel.Handles;
using Coracle.Kernel.Paths;

namespace Coracle.Kernel.Mounts;

internal static partial class MountFactory
{
    // fs/overlayfs/params.h, OVL_MAX_STACK.
    internal const int MaxOverlayLowers = 500;

    private const string LowerKey = "lowerdir+";

    private static readonly Lazy<OverlayMethod> BestMethod = new(ProbeMethod, LazyThreadSafetyMode.PublicationOnly);

    /// <summary>How layers are named to overlay; tests try the ways of older kernels.</summary>
    internal static FileDescriptor CreateOverlay(Mount.Overlay overlay, OverlayMethod? forced = null)
    {
        if (overlay.Lowers.Count > MaxOverlayLowers)
        {
            throw new ContainerRuntimeException(
                RuntimeErrorKind.NotSupported,
                $"mount overlay: {overlay.Lowers.Count} layers, but the kernel takes {MaxOverlayLowers} (build the image with fewer)");
        }
        OverlayMethod method = forced ?? BestMethod.Value;
        if (method == OverlayMethod.Legacy)
            return LegacyOverlay.Mount(overlay);
        return Mount(overlay, method);
    }

    // A layer that overlay refuses and a parameter that it does not know give the same EINVAL, so the ways are tried once on a
    // directory that is fine.
    private static OverlayMethod ProbeMethod()
    {
        using FileDescriptor root = OpenDirectory("/", "open");
        foreach (OverlayMethod method in (ReadOnlySpan<OverlayMethod>)[OverlayMethod.Descriptors, OverlayMethod.Paths])
        {
            using FileSystemContext context = FileSystemContext.Open("overlay");
            if (TrySet(context, LowerKey, root, method) == 0)
                return method;
        }
        return OverlayMethod.Legacy;
    }

    private static FileDescriptor Mount(Mount.Overlay overlay, OverlayMethod method)
    {
        using FileSystemContext context = FileSystemContext.Open("overlay");
        context.SetString("source", "overlay");
        foreach (LowerLayer lower in overlay.Lowers)
        {
            if (lower is LowerLayer.Opened opened)
                Set(context, LowerKey, opened.Descriptor, method);
            else
                Set(context, LowerKey, ((LowerLayer.Directory)lower).Path, method);
        }
        if (overlay is { Upper: { } upper, Work: { } work })
        {
            Set(context, "upperdir", upper, method);
            Set(context, "workdir", work, method);
        }
        foreach ((string key, string? value) in OverlayParts.OptionsOf(overlay))
        {
            int result = value is null ? context.TrySetFlag(key) : context.TrySetString(key, value);
            context.Check(result, value is null ? key : $"{key}={value}");
        }
        return context.Mount(MountAttributes.None);
    }

    // The kernel can open the directory itself; it need not be opened here and closed again.
    private static void Set(FileSystemContext context, string key, string path, OverlayMethod method)
    {
        if (FileSystemContext.IsPlainPath(path))
        {
            context.Check(context.TrySetString(key, path), key + "=" + path);
            return;
        }
        using FileDescriptor directory = OpenDirectory(path, "open layer");
        Set(context, key, directory, method);
    }

    private static void Set(FileSystemContext context, string key, FileDescriptor value, OverlayMethod method)
    {
        int result = TrySet(context, key, value, method);
        if (result < 0)
            context.Check(result, $"{key}={ProcPath.TargetOf(value)}");
    }

    private static int TrySet(FileSystemContext context, string key, FileDescriptor value, OverlayMethod method) =>
        method == OverlayMethod.Descriptors
            ? context.TrySetDescriptor(key, value)
            : context.TrySetString(key, ProcPath.Of(value));
}

/// <summary>How the layers of an overlay are named to the kernel.</summary>
internal enum OverlayMethod
{
    /// <summary>Descriptors, one parameter each: Linux 6.13.</summary>
    Descriptors,

    /// <summary>Paths, one parameter each: Linux 6.5.</summary>
    Paths,

    /// <summary>All in the one page of options of mount(2).</summary>
    Legacy,
}
