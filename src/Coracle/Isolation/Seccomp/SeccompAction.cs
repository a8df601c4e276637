using Coracle.Kernel.Errors;

namespace Coracle.Isolation.Seccomp;

/// <summary>What a filter returns: an action in the upper half, its data in the lower (seccomp(2), SECCOMP_RET_*).</summary>
/// <param name="Value">The number.</param>
internal readonly record struct SeccompAction(uint Value)
{
    // The kernel takes the data of an errno action as at most MAX_ERRNO.
    private const uint MaxErrno = 4095;

    internal static SeccompAction KillProcess { get; } = new(0x8000_0000);

    internal static SeccompAction Allow { get; } = new(0x7FFF_0000);

    internal static SeccompAction NoSuchCall { get; } = Error(Errno.ENOSYS);

    /// <summary>Whether calls that the profile does not know are let through, if only to be logged.</summary>
    internal bool IsPermissive => (Value & 0xFFFF_0000) is 0x7FFF_0000 or 0x7FFC_0000 or 0x7FF0_0000;

    internal static SeccompAction Error(uint errno) => new(0x0005_0000 | errno);

    /// <summary>Reads an action of a runtime spec.</summary>
    /// <exception cref="ContainerRuntimeException">It is malformed, or needs an agent.</exception>
    internal static SeccompAction From(string name, uint? errno)
    {
        if (errno > MaxErrno)
            throw Invalid($"{errno} is not an errno");
        if (errno is not null && name is not ("SCMP_ACT_ERRNO" or "SCMP_ACT_TRACE"))
            throw Invalid($"{name} takes no errno");
        uint data = errno ?? Errno.EPERM;
        return name switch
        {
            "SCMP_ACT_KILL" or "SCMP_ACT_KILL_THREAD" => new SeccompAction(0),
            "SCMP_ACT_KILL_PROCESS" => KillProcess,
            "SCMP_ACT_TRAP" => new SeccompAction(0x0003_0000),
            "SCMP_ACT_ERRNO" => Error(data),
            "SCMP_ACT_TRACE" => new SeccompAction(0x7FF0_0000 | data),
            "SCMP_ACT_LOG" => new SeccompAction(0x7FFC_0000),
            "SCMP_ACT_ALLOW" => Allow,
            "SCMP_ACT_NOTIFY" => throw new ContainerRuntimeException(
                RuntimeErrorKind.NotSupported,
                "compile seccomp profile: SCMP_ACT_NOTIFY needs an agent that answers for each call, and there is none"),
            _ => throw Invalid($"\"{name}\" is not an action"),
        };
    }

    private static ContainerRuntimeException Invalid(string reason) =>
        new(RuntimeErrorKind.InvalidInput, $"compile seccomp profile: {reason}");
}
