using System.Globalization;
using System.Runtime.ExceptionServices;
using System.Text;
using Coracle.Kernel.Errors;
using Coracle.Kernel.Handles;
using Coracle.Kernel.Interop;

namespace Coracle.Kernel.Mounts;

/// <summary>
/// Overlay mounts before Linux 6.5, where a parameter of fsconfig(2) ends at 256 bytes and only mount(2) takes a page of them.
/// mount(2) attaches what it makes, so this happens on a thread with a mount namespace of its own, whose copy of the mount is
/// kept and whose rest ends with the thread: the host never sees it.
/// </summary>
internal static class LegacyOverlay
{
    private const int CLONE_NEWNS = 0x00020000;

    // mount(2) copies one page of options and ends it with a zero.
    private const int MaxOptions = 4095;

    // Any directory that is there for sure: it is covered in the thread's namespace only.
    private const string Target = "/proc";

    internal static FileDescriptor Mount(Mount.Overlay overlay)
    {
        FileDescriptor? mount = null;
        ExceptionDispatchInfo? failure = null;
        Thread thread = new(() =>
        {
            try
            {
                mount = MountHere(overlay);
            }
            catch (ContainerRuntimeException exception)
            {
                failure = ExceptionDispatchInfo.Capture(exception);
            }
        })
        {
            IsBackground = true,
            Name = "coracle-mount",
        };
        thread.Start();
        thread.Join();
        failure?.Throw();
        return mount!;
    }

    private static unsafe FileDescriptor MountHere(Mount.Overlay overlay)
    {
        if (overlay.Lowers.Any(static lower => lower is LowerLayer.Opened))
        {
            throw new ContainerRuntimeException(
                RuntimeErrorKind.NotSupported,
                "mount overlay: before Linux 6.5 a layer that is a mount can't be used (use LayerFormat.Directory)");
        }
        if (Libc.unshare(CLONE_NEWNS) != 0)
            throw Errno.LastFailure("unshare mount namespace");
        if (Libc.mount(null, "/", null, Libc.MS_REC | Libc.MS_PRIVATE, null) != 0)
            throw Errno.LastFailure("make mounts private");

        // Only now: overlay takes no directory of another mount namespace.
        using OverlayParts parts = OverlayParts.Open(overlay);
        string options = Format(overlay, parts);

        // The working directory is the thread's own now. A bare number is the shortest name of a layer.
        if (Libc.chdir("/proc/self/fd") != 0)
            throw Errno.LastFailure("change directory", "/proc/self/fd");
        if (Libc.mount("overlay", Target, "overlay", 0, options) != 0)
            throw Errno.LastFailure("mount overlay", options);
        byte[] path = [.. Encoding.UTF8.GetBytes(Target), 0];
        fixed (byte* target = path)
        {
            return FileDescriptor.FromResult(
                Libc.Call(
                    Syscall.open_tree, Libc.AT_FDCWD, (nint)target, Libc.OPEN_TREE_CLONE | Libc.OPEN_TREE_CLOEXEC),
                "open overlay");
        }
    }

    private static string Format(Mount.Overlay overlay, OverlayParts parts)
    {
        StringBuilder options = new();
        foreach ((string key, string? value) in OverlayParts.OptionsOf(overlay))
            options.Append(value is null ? $"{key}," : $"{key}={value},");
        if (parts is { Upper: { } upper, Work: { } work })
            options.Append(CultureInfo.InvariantCulture, $"upperdir={upper.Number},workdir={work.Number},");
        options.Append("lowerdir=").AppendJoin(':', parts.Lowers.Select(static lower => lower.Number));
        return options.Length <= MaxOptions
            ? options.ToString()
            : throw new ContainerRuntimeException(
                RuntimeErrorKind.NotSupported,
                $"mount overlay: {parts.Lowers.Count} layers do not fit into the options of mount(2) (Linux 6.5 or later has no such limit)");
    }
}
