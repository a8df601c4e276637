using Coracle.Isolation.Launch.Planning;
using Coracle.Kernel.Interop;

namespace Coracle.Tests.Isolation.Launch.Planning;

public sealed class PlanVerifierTests
{
    [Fact]
    public void Verify_PlanThatExits_Passes() => Verify(static plan => plan.Add(Syscall.exit_group, "end")).Should().NotThrow();

    [Fact]
    public void Verify_EmptyPlan_Fails() => Verify(static _ => { }).Should().Throw<InvalidOperationException>();

    [Fact]
    public void Verify_PlanThatRunsOverItsEnd_Fails() =>
        Verify(static plan => plan.Add(Syscall.umask, "umask")).Should().Throw<InvalidOperationException>().WithMessage("*runs over*");

    [Fact]
    public void Verify_LastExecWhoseErrorIsIgnored_Fails() =>
        Verify(static plan => plan.Add(Syscall.execve, "execute").Ignore()).Should().Throw<InvalidOperationException>();

    [Fact]
    public void Verify_LabelNeverPlaced_Fails() => Verify(static plan =>
    {
        plan.Add(Syscall.umask, "umask").OnZero(plan.NewLabel());
        plan.Add(Syscall.exit_group, "end");
    }).Should().Throw<InvalidOperationException>().WithMessage("*jump*");

    [Fact]
    public void Verify_LabelBehindTheEnd_Fails() => Verify(static plan =>
    {
        Label end = plan.NewLabel();
        plan.Add(Syscall.umask, "umask").OnZero(end);
        plan.Add(Syscall.exit_group, "end");
        plan.Place(end);
    }).Should().Throw<InvalidOperationException>().WithMessage("*jump*");

    [Fact]
    public void Verify_CellOfAnotherPlan_Fails() => Verify(static plan =>
        plan.Add(Syscall.exit_group, "end", null, new Cell(64))).Should().Throw<InvalidOperationException>().WithMessage("*outside*");

    [Fact]
    public void Verify_LoopAtTheEnd_Passes() => Verify(static plan =>
    {
        Label loop = plan.NewLabel();
        plan.Add(Syscall.umask, "umask");
        plan.Place(loop);
        plan.Add(Syscall.ppoll, "sleep").Ignore();
        plan.Goto(loop);
    }).Should().NotThrow();

    private static Action Verify(Action<PlanBuilder> write)
    {
        PlanBuilder plan = new();
        write(plan);
        return () => PlanVerifier.Verify(plan.Build());
    }
}
