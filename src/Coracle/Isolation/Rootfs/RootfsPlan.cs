using Coracle.Isolation.Launch.Planning;
using Coracle.Isolation.Spec;
using Coracle.Kernel.Interop;
using Coracle.Kernel.Mounts;

namespace Coracle.Isolation.Rootfs;

/// <summary>The operations that make the file tree of a container, run by its first process in its own mount namespace.</summary>
/// <remarks>The image is hostile: any of its paths may be a symbolic link to anywhere. What keeps the host safe is the order.
/// Sources of the host are opened before the root is changed; from then on the host's tree is out of reach of any path. Mounts on
/// paths of the image are made before /proc is there, so that no link can go through a descriptor of this process.</remarks>
internal sealed partial class RootfsPlan
{
    private const string Root = "/";

    private readonly PlanBuilder _plan;
    private readonly RuntimeSpec _spec;
    private readonly LinuxSpec _linux;
    private readonly RootfsHost _host;
    private readonly List<PlannedMount> _mounts;
    private readonly Cell _target;

    internal RootfsPlan(PlanBuilder plan, RuntimeSpec spec, RootfsHost host)
    {
        _plan = plan;
        _spec = spec;
        _linux = spec.Linux ?? new LinuxSpec();
        _host = host;
        _mounts = PlannedMount.InOrder(spec.Mounts);
        _target = plan.NewCell();
    }

    /// <summary>Opens what comes from the host, and changes the root.</summary>
    /// <param name="root">The root.</param>
    /// <param name="rootDescriptor">Its number in the container process, if it is there already.</param>
    internal void Enter(Mount root, int rootDescriptor)
    {
        foreach (PlannedMount mount in _mounts)
        {
            if (mount.Options.IsBind)
                OpenSource(mount);
        }

        Operand newRoot = root switch
        {
            Mount.Detached => rootDescriptor,
            Mount.Bind bind => OpenRoot(bind),
            _ => throw new ArgumentException("the root must be a directory or a mount that is there already", nameof(root)),
        };
        // Sources were cloned before this, while they still shared events with the host, for those that ask for that.
        _plan.Add(Syscall.mount, "make mounts private", Root, 0, _plan.Text(Root), 0, Libc.MS_REC | Libc.MS_PRIVATE);
        _plan.Add(
            Syscall.move_mount, "attach root", null,
            newRoot, _plan.Text(""), Libc.AT_FDCWD, _plan.Text(Root), Libc.MOVE_MOUNT_F_EMPTY_PATH);
        _plan.Add(Syscall.fchdir, "enter root", null, newRoot);
        _plan.Add(Syscall.pivot_root, "change root", null, _plan.Text("."), _plan.Text("."));
        _plan.Add(Syscall.umount2, "detach root of the host", null, _plan.Text("."), Libc.MNT_DETACH);
        _plan.Add(Syscall.chdir, "enter directory", Root, _plan.Text(Root));
        _plan.Add(Syscall.umask, "clear file mode mask", null, 0);
    }

    /// <summary>Makes all mounts, devices and links.</summary>
    internal void Populate()
    {
        foreach (PlannedMount mount in _mounts)
            Attach(mount);
        MakeDevices();
    }

    /// <summary>Makes a directory and those above it, where they are missing.</summary>
    internal void MakeDirectory(string path)
    {
        string full = Path.GetFullPath(path);
        if (full != Root)
            OpenMountPoint(full.TrimEnd('/'), isDirectory: true, followLinks: true);
    }

    /// <summary>Takes away what must not be seen or written.</summary>
    internal void Restrict()
    {
        HidePaths();
        foreach (string path in _linux.ReadonlyPaths)
            ProtectPath(path);
        if (_linux.RootfsPropagation is { } propagation && MountOptions.Parse([propagation]).Propagation is > 0 and var flags)
            _plan.Add(Syscall.mount, "set propagation", Root, 0, _plan.Text(Root), 0, flags);
        if (_spec.Root is { Readonly: true })
        {
            _plan.Add(
                Syscall.mount_setattr, "make read-only", Root,
                Libc.AT_FDCWD, _plan.Text(Root), 0, MountAttribute(Libc.MOUNT_ATTR_RDONLY, 0, 0), MountAttributeSize);
        }
    }

    private Cell OpenRoot(Mount.Bind bind)
    {
        Cell tree = _plan.NewCell();
        _plan.Add(
            Syscall.open_tree, "open root", bind.Source,
            Libc.AT_FDCWD, _plan.Text(bind.Source), CloneFlags(bind.Recursive)).Into(tree);
        SetAttributes("make root private", bind.Source, tree, bind.Recursive, (ulong)bind.Attributes, 0, Libc.MS_PRIVATE);
        return tree;
    }
}
