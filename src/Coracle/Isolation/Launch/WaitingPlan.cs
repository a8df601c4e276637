using Coracle.Isolation.Launch.Planning;
using Coracle.Isolation.Launch.Stub;
using Coracle.Kernel.Interop;

namespace Coracle.Isolation.Launch;

/// <summary>
/// The plan of a stub that is made before anybody knows for which container: it lets go of everything that it inherited, and
/// waits for the plan that follows. That one lies right behind its last operation, which reads it.
/// </summary>
internal static class WaitingPlan
{
    private static readonly LaunchPlan Plan = Compile();

    /// <summary>How many operations come before those of the plan that follows.</summary>
    internal static int Length => Plan.Operations.Length;

    /// <summary>What the stub reads. It is the same for all: nothing in it belongs to a container.</summary>
    internal static PlanMessage Message { get; } = PlanEncoder.Encode(Plan, Libc.IsArm64);

    internal static LaunchPlan Compile()
    {
        PlanBuilder plan = new();
        Label gone = plan.NewLabel();
        Label wait = plan.NewLabel();
        // At once, not when the plan comes: meanwhile the host may close what it forgot to mark, and a peer waits for that.
        StagePlan.Begin(plan, StubDescriptors.FirstExtra);
        StagePlan.Hide(plan);
        plan.Add(Syscall.chdir, "leave directory", "/", plan.Text("/"));
        plan.Goto(wait);
        plan.Place(gone);
        plan.Add(Syscall.exit_group, "end without plan");
        plan.Place(wait);
        long next = PlanLayout.Base + ((plan.Count + 1) * PlanLayout.OperationSize);
        plan.Add(Syscall.read, "read launch plan", null, StubDescriptors.Control, next, PlanLayout.MessageCapacity).OnZero(gone);
        return plan.Build();
    }
}
