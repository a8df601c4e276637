using Coracle.Isolation.Launch.Planning;
using Coracle.Kernel.Interop;

namespace Coracle.Isolation.Rootfs;

// The mounts of the spec.
internal sealed partial class RootfsPlan
{
    private const int MountAttributeSize = 32;

    // Directories that are known to be empty file systems of the kernel: no link lies in the way of a path there.
    private readonly HashSet<string> _fresh = [];

    private static ulong CloneFlags(bool recursive) =>
        Libc.OPEN_TREE_CLONE | Libc.OPEN_TREE_CLOEXEC | (recursive ? (uint)Libc.AT_RECURSIVE : 0);

    private void OpenSource(PlannedMount mount)
    {
        MountOptions options = mount.Options;
        mount.Tree = _plan.NewCell();
        _plan.Add(
            Syscall.open_tree, "open bind source", mount.Source,
            Libc.AT_FDCWD, _plan.Text(mount.Source), CloneFlags(options.IsRecursive)).Into(mount.Tree);
        ulong propagation = options.Propagation == 0 ? Libc.MS_PRIVATE | Libc.MS_REC : options.Propagation;
        bool recursive = options.IsRecursive && (propagation & Libc.MS_REC) != 0;
        SetAttributes("set propagation", mount.Source, mount.Tree, recursive, 0, 0, propagation & ~Libc.MS_REC);
        (ulong set, ulong clear) = options.TreeAttributes;
        if ((set | clear) != 0)
            SetAttributes("set mount attributes", mount.Source, mount.Tree, options.IsRecursive, set, clear, 0);
        (set, clear) = options.TopAttributes;
        if ((set | clear) != 0)
            SetAttributes("set mount attributes", mount.Source, mount.Tree, recursive: false, set, clear, 0);
    }

    private void SetAttributes(
        string step, string subject, Cell tree, bool recursive, ulong set, ulong clear, ulong propagation)
    {
        uint flags = Libc.AT_EMPTY_PATH | (recursive ? (uint)Libc.AT_RECURSIVE : 0);
        _plan.Add(
            Syscall.mount_setattr, step, subject,
            tree, _plan.Text(""), flags, MountAttribute(set, clear, propagation), MountAttributeSize);
    }

    // struct mount_attr
    private Operand MountAttribute(ulong set, ulong clear, ulong propagation) => _plan.Words(set, clear, propagation, 0);

    private void Attach(PlannedMount mount)
    {
        switch (mount.Type)
        {
            case "bind":
                AttachBind(mount);
                break;
            case "cgroup":
                AttachCgroups(mount);
                break;
            default:
                AttachNew(mount, mount.Type, mount.Options.MountFlags, mount.Options.Data);
                break;
        }
    }

    private void AttachBind(PlannedMount mount)
    {
        OpenMountPoint(mount.Destination, isDirectory: Directory.Exists(mount.Source), followLinks: !mount.IsInKernelTree);
        _plan.Add(
            Syscall.move_mount, "attach mount", mount.Destination, mount.Tree, _plan.Text(""), _target, _plan.Text(""),
            Libc.MOVE_MOUNT_F_EMPTY_PATH | Libc.MOVE_MOUNT_T_EMPTY_PATH);
    }

    private void AttachNew(PlannedMount mount, string type, ulong flags, string data)
    {
        string destination = mount.Destination;
        if (_fresh.Contains(PathPrefix.Parent(destination)))
        {
            _plan.Add(Syscall.mkdirat, "make mount point", destination, Libc.AT_FDCWD, _plan.Text(destination), DirectoryMode)
                .Ignore(Kernel.Errors.Errno.EEXIST);
            MountFileSystem(mount, type, destination, flags, data);
        }
        else
        {
            OpenMountPoint(destination, isDirectory: true, followLinks: !mount.IsInKernelTree);
            _plan.Add(Syscall.fchdir, "enter mount point", destination, _target);
            MountFileSystem(mount, type, ".", flags, data);
        }

        if (type == "tmpfs" && mount.IsInKernelTree)
            _fresh.Add(destination);
        if (mount.Options.Propagation != 0)
        {
            _plan.Add(
                Syscall.mount, "set propagation", destination, 0, _plan.Text(destination), 0, mount.Options.Propagation);
        }
    }

    private void MountFileSystem(PlannedMount mount, string type, string at, ulong flags, string data) =>
        _plan.Add(
            Syscall.mount, $"mount {type}", mount.Destination,
            _plan.Text(mount.Source), _plan.Text(at), _plan.Text(type), flags, data.Length > 0 ? _plan.Text(data) : 0);
}
