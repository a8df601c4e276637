using System.Collections.Concurrent;
using Coracle.Isolation.Cgroups.Devices;
using Coracle.Isolation.Spec;
using Coracle.Kernel.Bpf;
using Coracle.Kernel.Errors;

namespace Coracle.Isolation.Cgroups;

/// <summary>Puts rules about devices on a group: as a list in version 1, as a program in version 2.</summary>
internal static class CgroupDevices
{
    /// <summary>The controller of version 1.</summary>
    internal const string Controller = "devices";

    // Loading takes the kernel's verifier longer than anything else here; a program can be on many groups.
    private static readonly ConcurrentDictionary<string, DeviceFilter> Programs = new(StringComparer.Ordinal);

    /// <summary>Writes the rules of a group of version 1.</summary>
    internal static void Write(ICgroupFiles files, string directory, IReadOnlyList<LinuxDeviceRule> rules)
    {
        foreach (LinuxDeviceRule rule in rules)
        {
            string text = DeviceRuleText.TextOf(rule);
            int errno = files.Write($"{directory}/{DeviceRuleText.FileOf(rule)}", text);
            if (errno != 0)
            {
                string? remedy = errno == Errno.EPERM ? "the group around this one does not allow it either" : null;
                throw Errno.Failure(errno, $"set device rule \"{text}\"", directory, remedy);
            }
        }
    }

    /// <summary>Attaches a program with the rules to a group of version 2.</summary>
    internal static void Attach(string directory, IReadOnlyList<LinuxDeviceRule> rules)
    {
        DeviceRule[] parsed = [.. rules.Select(DeviceRule.From)];
        byte[] program = DeviceProgram.Write(parsed);
        DeviceFilter filter = Programs.GetOrAdd(
            Convert.ToHexString(program), static (_, instructions) => DeviceFilter.Load(instructions), program);
        filter.Attach(directory);
    }
}
