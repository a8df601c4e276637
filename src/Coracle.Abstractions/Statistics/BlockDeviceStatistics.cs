namespace Coracle;

/// <summary>What a container read from and wrote to a block device.</summary>
/// <param name="Major">The major number of the device.</param>
/// <param name="Minor">The minor number of the device.</param>
/// <param name="ReadBytes">Bytes read.</param>
/// <param name="WrittenBytes">Bytes written.</param>
/// <param name="Reads">Read operations.</param>
/// <param name="Writes">Write operations.</param>
public sealed record BlockDeviceStatistics(
    int Major, int Minor, long ReadBytes, long WrittenBytes, long Reads, long Writes);
