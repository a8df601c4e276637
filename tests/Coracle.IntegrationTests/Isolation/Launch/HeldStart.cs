using Coracle.Isolation.Launch;
using Coracle.Isolation.Launch.Planning;
using Coracle.Isolation.Seccomp;
using Coracle.Kernel.Files;
using Coracle.Kernel.Handles;
using Coracle.Kernel.Interop;

namespace Coracle.IntegrationTests.Isolation.Launch;

/// <summary>Starts that stop for a while at a certain point, so that they can be looked at.</summary>
internal static class HeldStart
{
    /// <summary>Compiles a container whose second stage sleeps right before it executes the program.</summary>
    internal static LaunchPlan BeforeExec(LaunchRequest request, TimeSpan time)
    {
        PlanBuilder plan = new();
        SeccompProfile filter = SeccompProfile.Of(request.Spec.Linux!.Seccomp!);
        ProgramPlan program = ContainerPlan.Prepare(plan, request, LaunchHost.Read(), filter.Program, filter.Flags);
        plan.Add(Syscall.nanosleep, "sleep", null, plan.Words((long)time.TotalSeconds, time.Milliseconds * 1_000_000L));
        program.Execute();
        return plan.Build();
    }

    /// <summary>Runs a further program in a container whose second stage sleeps right before it executes the program.</summary>
    internal static async Task<LaunchedProcess> RunAsync(ExecRequest request, TimeSpan time, CancellationToken cancellationToken)
    {
        PlanBuilder plan = new();
        SeccompProfile filter = SeccompProfile.Of(request.Container.Linux!.Seccomp!);
        ProgramPlan program = ExecPlan.Prepare(plan, request, LaunchHost.Read(), filter.Program, filter.Flags);
        plan.Add(Syscall.nanosleep, "sleep", null, plan.Words((long)time.TotalSeconds, time.Milliseconds * 1_000_000L));
        program.Execute();
        using FileDescriptor nothing = NullDevice.Open();
        using LaunchSession session = LaunchSession.SpawnWaiting("held", null, nothing);
        return await session.RunAsync(ExecPlan.Finish(plan, request), new ContainerDescriptors(request).Sent, cancellationToken);
    }

    /// <summary>Runs a plan.</summary>
    internal static async Task<LaunchedProcess> RunAsync(LaunchPlan plan, CancellationToken cancellationToken)
    {
        using FileDescriptor nothing = NullDevice.Open();
        using LaunchSession session = LaunchSession.SpawnWaiting("held", null, nothing);
        return await session.RunAsync(plan, cancellationToken);
    }
}
