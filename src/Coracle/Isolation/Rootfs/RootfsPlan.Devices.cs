using Coracle.Isolation.Spec;
using Coracle.Kernel.Errors;
using Coracle.Kernel.Interop;

namespace Coracle.Isolation.Rootfs;

// The nodes and links of /dev.
internal sealed partial class RootfsPlan
{
    private const string DeviceDirectory = "/dev";
    private const uint DefaultDeviceMode = 0x1B6; // 0666
    private const uint ModeMask = 0xFFF;
    private const uint CharacterDevice = 0x2000;
    private const uint BlockDevice = 0x6000;
    private const uint Fifo = 0x1000;

    private void MakeDevices()
    {
        // A /dev of the host, mounted here, has what it has.
        if (_mounts.Any(static mount => mount.Destination == DeviceDirectory && mount.Options.IsBind))
            return;
        Dictionary<string, LinuxDevice> devices = [];
        foreach (LinuxDevice device in DefaultSpec.Devices.Concat(_linux.Devices))
            devices[device.Path] = device;
        foreach (LinuxDevice device in devices.Values)
            MakeDevice(device);
        foreach ((string path, string target) in DefaultSpec.DeviceLinks)
        {
            _plan.Add(Syscall.symlinkat, "make link", path, _plan.Text(target), Libc.AT_FDCWD, _plan.Text(path))
                .Ignore(Errno.EEXIST);
        }
    }

    private void MakeDevice(LinuxDevice device)
    {
        string path = device.Path;
        string? parent = _fresh.Contains(PathPrefix.Parent(path)) ? null : MakeParents(path, NoLinks);
        uint mode = Kind(device) | (device.FileMode & ModeMask ?? DefaultDeviceMode);
        _plan.Add(
            Syscall.mknodat, "make device", path,
            DirectoryOf(parent), _plan.Text(NameIn(path, parent)), mode, Number(device)).Ignore(Errno.EEXIST);
        if (device.Uid is > 0 || device.Gid is > 0)
        {
            _plan.Add(
                Syscall.fchownat, "set owner of device", path,
                DirectoryOf(parent), _plan.Text(NameIn(path, parent)), device.Uid ?? 0, device.Gid ?? 0, Libc.AT_SYMLINK_NOFOLLOW);
        }
    }

    private static uint Kind(LinuxDevice device) => device.Type switch
    {
        "c" or "u" => CharacterDevice,
        "b" => BlockDevice,
        "p" => Fifo,
        _ => throw new ContainerRuntimeException(
            RuntimeErrorKind.InvalidInput, $"device {device.Path}: '{device.Type}' is no kind of device (c, b, u, p)"),
    };

    // The form in which the kernel takes it: the minor number is split around the major one.
    private static long Number(LinuxDevice device) =>
        (device.Minor & 0xFF) | (device.Major << 8) | ((device.Minor & ~0xFFL) << 12);
}
