using Coracle.Isolation.Spec;
using Coracle.Kernel.Interop;

namespace Coracle.Isolation.Rootfs;

// The mount of control groups: the container's own groups look like the roots of the hierarchies, through its cgroup namespace.
internal sealed partial class RootfsPlan
{
    private const string UnifiedType = "cgroup2";

    private void AttachCgroups(PlannedMount mount)
    {
        if (!_linux.Namespaces.Any(static ns => ns.Type == LinuxNamespaceType.Cgroup))
        {
            throw new ContainerRuntimeException(
                RuntimeErrorKind.NotSupported,
                $"mount {mount.Destination}: control groups can only be mounted in a cgroup namespace (it would show those of the host)");
        }

        if (_host.CgroupHierarchies.Count == 0 && !_host.NoCgroups)
        {
            AttachNew(mount, UnifiedType, mount.Options.MountFlags, mount.Options.Data);
            return;
        }

        AttachNew(mount, "tmpfs", mount.Options.MountFlags & ~Libc.MS_RDONLY, "mode=755");
        foreach (CgroupHierarchy hierarchy in _host.CgroupHierarchies)
            AttachHierarchy(mount, hierarchy);
        if ((mount.Options.MountFlags & Libc.MS_RDONLY) != 0)
        {
            _plan.Add(
                Syscall.mount, "make read-only", mount.Destination,
                0, _plan.Text(mount.Destination), 0, mount.Options.MountFlags | Libc.MS_REMOUNT | Libc.MS_BIND);
        }
    }

    private void AttachHierarchy(PlannedMount mount, CgroupHierarchy hierarchy)
    {
        string path = $"{mount.Destination}/{hierarchy.Name}";
        _plan.Add(Syscall.mkdirat, "make mount point", path, Libc.AT_FDCWD, _plan.Text(path), DirectoryMode);
        _plan.Add(
            Syscall.mount, "mount cgroup", path,
            _plan.Text(mount.Source), _plan.Text(path), _plan.Text("cgroup"), mount.Options.MountFlags, _plan.Text(hierarchy.Options));
        foreach (string controller in hierarchy.Controllers)
        {
            if (controller != hierarchy.Name)
            {
                string link = $"{mount.Destination}/{controller}";
                _plan.Add(Syscall.symlinkat, "make link", link, _plan.Text(hierarchy.Name), Libc.AT_FDCWD, _plan.Text(link));
            }
        }
    }
}
