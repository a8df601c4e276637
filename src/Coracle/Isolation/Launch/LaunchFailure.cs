using Coracle.Isolation.Launch.Planning;
using Coracle.Kernel.Errors;
using Coracle.Kernel.Interop;

namespace Coracle.Isolation.Launch;

/// <summary>What went wrong in a start, in words.</summary>
internal static class LaunchFailure
{
    /// <summary>The failure of an operation.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="index">The operation; negative if the stub did not get as far as the plan's own.</param>
    /// <param name="errno">Why.</param>
    internal static ContainerRuntimeException Of(LaunchPlan plan, int index, int errno)
    {
        if (index < 0 || index >= plan.Operations.Length)
            return Errno.Failure(errno, plan.Goal, "read launch plan");
        ref readonly Operation operation = ref plan.Operations.Span[index];
        return ProgramFailure.Of(in operation, errno)
            ?? Errno.Failure(errno, plan.Goal, operation.Description, Remedy(in operation, errno));
    }

    /// <summary>A stage ended without a word: somebody killed it.</summary>
    /// <param name="goal">What was tried.</param>
    /// <param name="inContainer">Whether it was the second stage.</param>
    /// <param name="status">How it ended, if that is known.</param>
    internal static ContainerRuntimeException Died(string goal, bool inContainer, ExitStatus? status)
    {
        string how = status is { } known ? known.ToString() : "status unknown";
        string what = inContainer
            ? "the container process died while it was set up"
            : "the first stage died before the container process was made";
        return new ContainerRuntimeException(
            status?.Signal == Signal.Kill ? RuntimeErrorKind.ResourceExhausted : RuntimeErrorKind.Unknown,
            $"{goal}: {what}: {how} (the memory limit may be too small)");
    }

    private static string? Remedy(in Operation operation, int errno) => (operation.Call, errno) switch
    {
        (Syscall.prlimit64, Errno.EPERM) => "raising a hard limit needs CAP_SYS_RESOURCE on the host",
        (Syscall.clone3, Errno.EPERM) => "new namespaces need CAP_SYS_ADMIN on the host",
        (Syscall.clone3 or Syscall.clone, Errno.EAGAIN) => "the limit on processes is reached",
        (Syscall.clone3, Errno.ENOSPC) => "the limit on namespaces is reached: sysctl user.max_*_namespaces",
        (Syscall.mount, Errno.EPERM) => "the host must allow mounts: CAP_SYS_ADMIN, and no security module that forbids them",
        _ => null,
    };
}
