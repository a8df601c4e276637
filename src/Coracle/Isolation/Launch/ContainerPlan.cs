using Coracle.Isolation.Launch.Planning;
using Coracle.Isolation.Namespaces;
using Coracle.Isolation.Rootfs;
using Coracle.Isolation.Spec;

namespace Coracle.Isolation.Launch;

/// <summary>
/// Compiles a container to the plan that starts it: a pure function. The order of the steps is that of their needs, and stands
/// here in one place.
/// </summary>
internal static class ContainerPlan
{
    /// <summary>The plan of a container.</summary>
    /// <param name="request">The container.</param>
    /// <param name="host">The host.</param>
    /// <param name="filter">The compiled seccomp filter; empty for none.</param>
    /// <param name="filterFlags">The flags of seccomp(2).</param>
    internal static LaunchPlan Compile(
        LaunchRequest request, LaunchHost host, ReadOnlyMemory<byte> filter = default, uint filterFlags = 0)
    {
        PlanBuilder plan = new();
        Prepare(plan, request, host, filter, filterFlags).Execute();
        return plan.Build(makesTerminal: request.Spec.Process!.Terminal);
    }

    /// <summary>The plan without its last operation, which executes the program.</summary>
    internal static ProgramPlan Prepare(
        PlanBuilder plan, LaunchRequest request, LaunchHost host, ReadOnlyMemory<byte> filter, uint filterFlags)
    {
        RuntimeSpec spec = request.Spec;
        SpecProcess process = UnsupportedSpec.Check(spec);
        ContainerDescriptors descriptors = new(request);
        NamespacePlan namespaces = new(plan, spec);
        RootfsPlan rootfs = new(plan, spec, host.Rootfs);
        TerminalPlan? terminal = process.Terminal ? new TerminalPlan(plan, process.ConsoleSize) : null;
        bool[] nullStreams = terminal is not null
            ? [false, false, false]
            : [request.StandardInput is null, request.StandardOutput is null, request.StandardError is null];
        ProcessPlan identity = new(plan, process, nullStreams, host.Capabilities, filter, filterFlags);
        ProgramPlan program = new(plan, process);

        // The first stage: in the host's namespaces, out of sight of the container. It has waited (see WaitingPlan) for this.
        StagePlan.Receive(plan, descriptors);
        StagePlan.JoinCgroups(plan, request.CgroupProcs);
        namespaces.Join();

        // The second stage: alone in its new pid namespace. The mounts come first: most of what follows needs them.
        StagePlan.Clone(plan, namespaces.MadeFlags);
        StagePlan.LeaveKeyring(plan);
        rootfs.Enter(request.Root, descriptors.Root);
        rootfs.Populate();
        rootfs.MakeDirectory(process.Cwd);
        terminal?.Open();
        terminal?.Claim();
        terminal?.BindConsole();
        identity.ReplaceNull();
        namespaces.SetParameters(); // before /proc/sys is made read-only
        identity.SetScore();
        rootfs.Restrict();
        namespaces.SetNames();
        namespaces.RaiseLoopback();
        identity.ChangeUser();
        program.Find();
        identity.Confine();
        identity.Filter();
        if (request.Init)
            InitPlan.Divide(plan);
        else
            StagePlan.Ready(plan);
        return program;
    }
}
