using System.Text;
using Coracle.Kernel.Errors;
using Coracle.Kernel.Handles;
using Coracle.Kernel.Interop;
using Coracle.Kernel.Paths;

namespace Coracle.Kernel.Mounts;

/// <summary>
/// Makes a detached mount of a <see cref="Mount"/>: a descriptor that shows the file system to whoever holds it and to nobody
/// else, until it is attached (move_mount(2)) or closed.
/// </summary>
internal static partial class MountFactory
{
    private const string SetAttributesStep = "set mount attributes";

    /// <summary>Makes the mount. The caller owns the descriptor.</summary>
    /// <exception cref="ContainerRuntimeException">The kernel refused; the message has its own words.</exception>
    internal static FileDescriptor Create(Mount mount) => mount switch
    {
        Mount.Bind bind => CreateBind(bind),
        Mount.New created => CreateNew(created),
        Mount.Overlay overlay => CreateOverlay(overlay),
        Mount.Detached detached => detached.Descriptor.Duplicate(),
        _ => throw new ArgumentException($"unknown kind of mount: {mount}", nameof(mount)),
    };

    private static unsafe FileDescriptor CreateBind(Mount.Bind bind)
    {
        uint recursive = bind.Recursive ? (uint)Libc.AT_RECURSIVE : 0;
        byte[] path = [.. Encoding.UTF8.GetBytes(bind.Source), 0];
        FileDescriptor mount;
        fixed (byte* source = path)
        {
            mount = FileDescriptor.FromResult(
                Libc.Call(
                    Syscall.open_tree,
                    Libc.AT_FDCWD,
                    (nint)source,
                    Libc.OPEN_TREE_CLONE | Libc.OPEN_TREE_CLOEXEC | recursive),
                "bind",
                bind.Source);
        }
        if (bind.Attributes != MountAttributes.None)
            SetAttributes(mount, bind.Attributes, recursive, bind.Source);
        return mount;
    }

    private static FileDescriptor CreateNew(Mount.New created)
    {
        using FileSystemContext context = FileSystemContext.Open(created.Type);
        context.SetString("source", created.Source);
        foreach ((string key, string? value) in created.Options)
        {
            if (value is null)
                context.SetFlag(key);
            else
                context.SetString(key, value);
        }
        return context.Mount(created.Attributes);
    }

    private static unsafe void SetAttributes(FileDescriptor mount, MountAttributes attributes, uint recursive, string subject)
    {
        Libc.mount_attr attr = new() { attr_set = (ulong)attributes };
        byte empty = 0;
        long result = Libc.Call(
            Syscall.mount_setattr,
            mount.Number,
            (nint)(&empty),
            Libc.AT_EMPTY_PATH | recursive,
            (nint)(&attr),
            sizeof(Libc.mount_attr));
        if (result >= 0)
            return;
        mount.Dispose();
        throw result == -Errno.ENOSYS
            ? Errno.Failure(Errno.ENOSYS, SetAttributesStep, subject, "Linux 5.12 or later is needed")
            : Errno.Failure((int)-result, SetAttributesStep, subject);
    }

    internal static FileDescriptor OpenDirectory(string path, string step)
    {
        int result = At.Open(
            At.WorkingDirectory, Encoding.UTF8.GetBytes(path), Libc.O_PATH | Libc.O_DIRECTORY, out FileDescriptor? opened);
        return opened ?? throw Errno.Failure(-result, step, path);
    }
}
