using Coracle.Isolation.Spec;

namespace Coracle.Isolation.Cgroups.Planning;

internal sealed partial class CgroupPlan
{
    private const int LeastWeight = 10;
    private const int MostWeight = 1000;

    private bool IsBlockIOUnified => _versionOf("blkio") == CgroupVersion.Missing;

    private void AddBlockIO(LinuxBlockIO blockIO)
    {
        if (blockIO.LeafWeight is not (null or 0) || blockIO.WeightDevice.Any(static device => device.LeafWeight is not (null or 0)))
            throw Unsupported("kernels from 5.0 on have no leaf weights of block devices");
        if (blockIO.Weight is not (null or 0))
            AddWeight(blockIO.Weight.Value, "");
        foreach (LinuxWeightDevice device in blockIO.WeightDevice)
            AddWeight(device.Weight ?? 0, $"{device.Major}:{device.Minor} ");
        AddThrottle(blockIO.ThrottleReadBpsDevice, "blkio.throttle.read_bps_device", "rbps");
        AddThrottle(blockIO.ThrottleWriteBpsDevice, "blkio.throttle.write_bps_device", "wbps");
        AddThrottle(blockIO.ThrottleReadIopsDevice, "blkio.throttle.read_iops_device", "riops");
        AddThrottle(blockIO.ThrottleWriteIopsDevice, "blkio.throttle.write_iops_device", "wiops");
    }

    // The BFQ scheduler, which is the one that keeps weights, takes the same numbers in both versions.
    private void AddWeight(int weight, string device)
    {
        if (weight is < LeastWeight or > MostWeight)
            throw Invalid($"a block device weight of {weight} is out of range: it is 10 to 1000");
        string perDevice = device.Length > 0 ? "_device" : "";
        if (IsBlockIOUnified)
            Add("io", "io.bfq.weight", device + Number(weight));
        else
            Add("blkio", $"blkio.bfq.weight{perDevice}", device + Number(weight));
    }

    private void AddThrottle(IReadOnlyList<LinuxThrottleDevice> devices, string file, string key)
    {
        foreach (LinuxThrottleDevice device in devices)
        {
            if (IsBlockIOUnified)
                Add("io", "io.max", $"{device.Major}:{device.Minor} {key}={(device.Rate == 0 ? "max" : Number(device.Rate))}");
            else
                Add("blkio", file, $"{device.Major}:{device.Minor} {device.Rate}");
        }
    }
}
