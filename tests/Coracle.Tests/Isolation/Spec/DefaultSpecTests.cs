using Coracle.Isolation.Spec;
using Coracle.TestSupport;

namespace Coracle.Tests.Isolation.Spec;

public sealed class DefaultSpecTests
{
    [Fact]
    public void Capabilities_AreDockersFourteen() =>
        DefaultSpec.Capabilities.Should().HaveCount(14).And.OnlyHaveUniqueItems().And.NotContain("CAP_SYS_ADMIN");

    [Fact]
    public void Mounts_ParentsComeBeforeChildren()
    {
        List<string> destinations = [.. DefaultSpec.Mounts.Select(static mount => mount.Destination)];

        destinations.IndexOf("/dev").Should().BeLessThan(destinations.IndexOf("/dev/pts"));
        destinations.IndexOf("/sys").Should().BeLessThan(destinations.IndexOf("/sys/fs/cgroup"));
    }

    [Fact]
    public void DeviceRules_FirstDeniesEverything()
    {
        LinuxDeviceRule first = DefaultSpec.DeviceRules[0];

        first.Should().Be(new LinuxDeviceRule { Allow = false, Access = "rwm" });
    }

    [Fact]
    public void DeviceRules_AllowEveryDefaultDevice()
    {
        foreach (LinuxDevice device in DefaultSpec.Devices)
        {
            DefaultSpec.DeviceRules.Should().Contain(
                rule => rule.Allow && rule.Major == device.Major && rule.Minor == device.Minor && rule.Access == "rwm",
                device.Path);
        }
    }

    [Fact]
    public void ThermalThrottlePaths_OnlyProcessorsThatHaveThem_AreListed()
    {
        using TempDirectory cpus = new("cpus");
        cpus.CreateDirectory("cpu0/thermal_throttle");
        cpus.CreateDirectory("cpu1");
        cpus.CreateDirectory("cpufreq/thermal_throttle");

        DefaultSpec.ThermalThrottlePaths(cpus.Path).Should().Equal(cpus["cpu0/thermal_throttle"]);
        DefaultSpec.ThermalThrottlePaths(cpus["none"]).Should().BeEmpty();
    }
}
