using System.Globalization;
using Coracle.Isolation.Spec;

namespace Coracle.Isolation.Cgroups.Devices;

/// <summary>Rules about devices as version 1 takes them (Documentation/admin-guide/cgroup-v1/devices.rst).</summary>
internal static class DeviceRuleText
{
    /// <summary>The file to write a rule to.</summary>
    internal static string FileOf(LinuxDeviceRule rule) => rule.Allow ? "devices.allow" : "devices.deny";

    /// <summary>The text of a rule, for example <c>c 1:3 rwm</c>.</summary>
    /// <exception cref="ContainerRuntimeException">It is malformed.</exception>
    internal static string TextOf(LinuxDeviceRule rule)
    {
        DeviceRule parsed = DeviceRule.From(rule);
        string type = parsed.Type switch
        {
            DeviceRule.Block => "b",
            DeviceRule.Character => "c",
            _ => "a",
        };
        return $"{type} {Number(parsed.Major)}:{Number(parsed.Minor)} {AccessText(parsed.Access)}";
    }

    private static string Number(long? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "*";

    private static string AccessText(int access) =>
        $"{((access & DeviceRule.Read) != 0 ? "r" : "")}{((access & DeviceRule.Write) != 0 ? "w" : "")}{((access & DeviceRule.MakeNode) != 0 ? "m" : "")}";
}
