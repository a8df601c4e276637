using Coracle.Isolation.Spec;

namespace Coracle.Isolation.Cgroups.Devices;

/// <summary>A rule about the use of devices, checked. The numbers are those of linux/bpf.h, BPF_DEVCG_*.</summary>
/// <param name="Allow">Whether it allows or denies.</param>
/// <param name="Type"><see cref="Block"/>, <see cref="Character"/>, or null for both.</param>
/// <param name="Major">The major number; null for all.</param>
/// <param name="Minor">The minor number; null for all.</param>
/// <param name="Access">The accesses that it is about.</param>
internal readonly record struct DeviceRule(bool Allow, int? Type, long? Major, long? Minor, int Access)
{
    internal const int Block = 1;
    internal const int Character = 2;

    internal const int MakeNode = 1;
    internal const int Read = 2;
    internal const int Write = 4;

    private const int AllAccess = MakeNode | Read | Write;

    /// <summary>Reads a rule of a runtime spec.</summary>
    /// <exception cref="ContainerRuntimeException">It is malformed.</exception>
    internal static DeviceRule From(LinuxDeviceRule rule)
    {
        int? type = rule.Type switch
        {
            null or "" or "a" => null,
            "b" => Block,
            "c" or "u" => Character,
            _ => throw Invalid($"\"{rule.Type}\" is not a type of device"),
        };
        return new DeviceRule(rule.Allow, type, NumberOf(rule.Major), NumberOf(rule.Minor), AccessOf(rule.Access));
    }

    // Other runtimes write -1 for all.
    private static long? NumberOf(long? number) => number switch
    {
        null or -1 => null,
        >= 0 and <= uint.MaxValue => number,
        _ => throw Invalid($"{number} is not a device number"),
    };

    private static int AccessOf(string? access)
    {
        if (string.IsNullOrEmpty(access))
            return AllAccess;
        int result = 0;
        foreach (char letter in access)
        {
            result |= letter switch
            {
                'm' => MakeNode,
                'r' => Read,
                'w' => Write,
                _ => throw Invalid($"\"{access}\" is not an access to devices"),
            };
        }
        return result;
    }

    private static ContainerRuntimeException Invalid(string reason) =>
        new(RuntimeErrorKind.InvalidInput, $"set device rules: {reason}");
}
