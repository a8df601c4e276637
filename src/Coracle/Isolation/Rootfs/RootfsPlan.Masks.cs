using Coracle.Isolation.Launch.Planning;
using Coracle.Kernel.Errors;
using Coracle.Kernel.Interop;

namespace Coracle.Isolation.Rootfs;

// Paths that can't be read, and paths that can't be written.
internal sealed partial class RootfsPlan
{
    private const string NullDevicePath = "/dev/null";
    private const string Firmware = "/sys/firmware";
    private const ulong ProtectedFlags = Libc.MS_RDONLY | Libc.MS_NOSUID | Libc.MS_NODEV | Libc.MS_NOEXEC;

    // What these are does not depend on whether this host has them now: a module that is loaded later may add them.
    private static readonly HashSet<string> KnownDirectories =
        ["/proc/acpi", "/proc/asound", "/proc/scsi", Firmware, "/sys/devices/virtual/powercap"];

    private static readonly HashSet<string> KnownFiles =
    [
        "/proc/interrupts", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/sched_debug", "/proc/timer_list",
        "/proc/timer_stats",
    ];

    private void HidePaths()
    {
        // An empty read-only directory, once made, is bound over the others: cheaper than a file system each.
        bool reuse = _host.HasFirmware && _linux.MaskedPaths.Contains(Firmware) && IsOfKernel(Firmware);
        if (reuse)
            HideDirectory(Firmware, reuse: false);
        foreach (string path in _linux.MaskedPaths)
        {
            bool isOfKernel = IsOfKernel(path);
            if (reuse && path == Firmware)
                continue;
            if (isOfKernel && (KnownDirectories.Contains(path) || path.EndsWith("/thermal_throttle", StringComparison.Ordinal)))
                HideDirectory(path, reuse);
            else if (isOfKernel && KnownFiles.Contains(path))
                HideFile(path);
            else
                HideUnknown(path);
        }
    }

    // Whether the path lies in a file system of the kernel, with nothing of the image or the user mounted in between: then no
    // link can lie in its way.
    private bool IsOfKernel(string path) =>
        IsBelow("/proc", "proc", path) || IsBelow("/sys", "sysfs", path);

    private bool IsBelow(string directory, string type, string path)
    {
        if (!PathPrefix.Contains(directory, path))
            return false;
        bool found = false;
        foreach (PlannedMount mount in _mounts)
        {
            if (mount.Destination == directory)
                found = mount.Type == type;
            else if (PathPrefix.Contains(directory, mount.Destination)
                && (mount.Destination == path || PathPrefix.Contains(mount.Destination, path)))
                return false;
        }

        return found;
    }

    private void HideFile(string path) =>
        _plan.Add(
            Syscall.mount, "hide file", path, _plan.Text(NullDevicePath), _plan.Text(path), 0, Libc.MS_BIND).Ignore(Errno.ENOENT);

    private void HideDirectory(string path, bool reuse)
    {
        if (reuse)
            _plan.Add(Syscall.mount, "hide directory", path, _plan.Text(Firmware), _plan.Text(path), 0, Libc.MS_BIND);
        else
            MountEmpty(path, path);
        _plan.Ignore(Errno.ENOENT);
    }

    private void HideUnknown(string path)
    {
        Label done = _plan.NewLabel();
        Label directory = _plan.NewLabel();
        Cell tree = _plan.NewCell();
        Open(path, Libc.O_PATH, NoMagic, step: "open path to hide").OnError(done, Errno.ENOENT);
        _plan.Add(
            Syscall.open_tree, "hide path", path, Libc.AT_FDCWD, _plan.Text(NullDevicePath), CloneFlags(recursive: false)).Into(tree);
        _plan.Add(
            Syscall.move_mount, "hide path", path, tree, _plan.Text(""), _target, _plan.Text(""),
            Libc.MOVE_MOUNT_F_EMPTY_PATH | Libc.MOVE_MOUNT_T_EMPTY_PATH).OnError(directory); // a file does not go on a directory
        _plan.Goto(done);
        _plan.Place(directory);
        _plan.Add(Syscall.fchdir, "enter directory to hide", path, _target);
        MountEmpty(path, ".");
        _plan.Place(done);
    }

    private void MountEmpty(string path, string at) =>
        _plan.Add(
            Syscall.mount, "hide directory", path,
            _plan.Text("tmpfs"), _plan.Text(at), _plan.Text("tmpfs"), ProtectedFlags, _plan.Text("nr_blocks=1,nr_inodes=1"));

    private void ProtectPath(string path)
    {
        Label done = _plan.NewLabel();
        if (IsOfKernel(path))
        {
            _plan.Add(
                Syscall.mount, "bind read-only path", path, _plan.Text(path), _plan.Text(path), 0, Libc.MS_BIND | Libc.MS_REC)
                .OnError(done, Errno.ENOENT);
            _plan.Add(
                Syscall.mount, "make read-only", path,
                0, _plan.Text(path), 0, ProtectedFlags | Libc.MS_REMOUNT | Libc.MS_BIND);
        }
        else
        {
            Cell tree = _plan.NewCell();
            Open(path, Libc.O_PATH, NoMagic, step: "open read-only path").OnError(done, Errno.ENOENT);
            _plan.Add(
                Syscall.open_tree, "bind read-only path", path,
                _target, _plan.Text(""), CloneFlags(recursive: true) | (uint)Libc.AT_EMPTY_PATH).Into(tree);
            SetAttributes("make read-only", path, tree, recursive: true, Libc.MOUNT_ATTR_RDONLY, 0, 0);
            _plan.Add(
                Syscall.move_mount, "attach mount", path, tree, _plan.Text(""), _target, _plan.Text(""),
                Libc.MOVE_MOUNT_F_EMPTY_PATH | Libc.MOVE_MOUNT_T_EMPTY_PATH);
        }

        _plan.Place(done);
    }
}
