using Coracle.Isolation.Launch.Planning;
using Coracle.Isolation.Namespaces;
using Coracle.Isolation.Spec;
using Coracle.Kernel.Interop;

namespace Coracle.Isolation.Launch;

/// <summary>
/// Compiles a further program of a running container to the plan that starts it: a pure function. Others in the container may
/// look at whatever enters its pid namespace, so everything is done before that, by a first stage which nobody there can see;
/// the second stage is born without privileges, and has nothing left to do that needs any.
/// </summary>
internal static class ExecPlan
{
    /// <summary>The plan of a program.</summary>
    /// <param name="request">The program.</param>
    /// <param name="host">The host.</param>
    /// <param name="filter">The compiled seccomp filter; empty for none.</param>
    /// <param name="filterFlags">The flags of seccomp(2).</param>
    internal static LaunchPlan Compile(
        ExecRequest request, LaunchHost host, ReadOnlyMemory<byte> filter = default, uint filterFlags = 0)
    {
        PlanBuilder plan = new();
        Prepare(plan, request, host, filter, filterFlags).Execute();
        return Finish(plan, request);
    }

    /// <summary>The plan without its last operation, which executes the program.</summary>
    internal static ProgramPlan Prepare(
        PlanBuilder plan, ExecRequest request, LaunchHost host, ReadOnlyMemory<byte> filter, uint filterFlags)
    {
        SpecProcess process = UnsupportedSpec.Check(request.Container with { Process = request.Process });
        TerminalPlan? terminal = process.Terminal ? new TerminalPlan(plan, process.ConsoleSize) : null;
        bool[] nullStreams = terminal is not null
            ? [false, false, false]
            : [request.StandardInput is null, request.StandardOutput is null, request.StandardError is null];
        ProcessPlan identity = new(plan, process, nullStreams, host.Capabilities, filter, filterFlags);
        ProgramPlan program = new(plan, process);

        // The first stage: in the host's pid namespace to its end. It has waited (see WaitingPlan) for this.
        ContainerDescriptors descriptors = new(request);
        StagePlan.Receive(plan, descriptors);
        StagePlan.JoinCgroups(plan, request.CgroupProcs);
        StagePlan.LeaveKeyring(plan);
        identity.SetScore(); // by the host's /proc: it has no place in the container's
        plan.Add(Syscall.setns, "join namespaces of container", null, descriptors.InitProcess, new NamespacePlan(plan, request.Container).Flags);
        plan.Add(Syscall.close, "close first process of container", null, descriptors.InitProcess);
        terminal?.Open();
        identity.ReplaceNull();
        identity.ChangeUser();
        program.Find();
        identity.Confine();

        // The second stage: in the container.
        StagePlan.Fork(plan);
        terminal?.Claim();
        identity.Filter();
        StagePlan.Ready(plan);
        return program;
    }

    /// <summary>The plan that was written.</summary>
    internal static LaunchPlan Finish(PlanBuilder plan, ExecRequest request) =>
        plan.Build("exec in container", request.Process.Terminal);
}
