using Coracle.Isolation.Launch.Planning;
using Coracle.Kernel.Interop;

namespace Coracle.Isolation.Launch;

/// <summary>The plan of a <see cref="Lifeline"/>: the first process of a pid namespace, which sleeps until it is killed.</summary>
internal static class LifelinePlan
{
    internal static LaunchPlan Compile()
    {
        PlanBuilder plan = new();
        Label sleep = plan.NewLabel();
        StagePlan.Begin(plan, Stub.StubDescriptors.FirstExtra);
        StagePlan.Clone(plan, Libc.CLONE_NEWPID);
        // No credentials change from here on: nothing takes this back, as setuid(2) would in the container itself.
        plan.Add(Syscall.prctl, "die with the host", null, Libc.PR_SET_PDEATHSIG, Libc.SIGKILL);
        plan.Add(Syscall.chdir, "leave directory", "/", plan.Text("/"));
        StagePlan.Ready(plan); // a host that died before the line above is noticed here
        plan.Add(Syscall.close_range, "close everything", null, 0, uint.MaxValue);
        plan.Place(sleep);
        plan.Add(Syscall.ppoll, "sleep").Ignore();
        plan.Goto(sleep);
        return plan.Build();
    }
}
