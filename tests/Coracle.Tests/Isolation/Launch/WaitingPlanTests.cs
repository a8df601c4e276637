using Coracle.Isolation.Launch;
using Coracle.Isolation.Launch.Planning;
using Coracle.Kernel.Errors;
using Coracle.Kernel.Interop;
using Coracle.Tests.Isolation.Launch.Planning;

namespace Coracle.Tests.Isolation.Launch;

public sealed class WaitingPlanTests
{
    private static readonly Syscall[] Waiting =
        [Syscall.close_range, Syscall.close_range, Syscall.rt_sigaction, Syscall.rt_sigaction, Syscall.prctl, Syscall.chdir, Syscall.read];

    [Fact]
    public void Waiting_PlanComes_GoesOnWithIt()
    {
        PlanBuilder next = new();
        Label failed = next.NewLabel();
        Cell opened = next.NewCell();
        next.Add(Syscall.openat, "open", null, next.Text("/somewhere")).Into(opened).OnError(failed, Errno.ENOENT);
        next.Add(Syscall.exit_group, "end", null, 1);
        next.Place(failed);
        next.Add(Syscall.umask, "umask");
        PlanMessage message = PlanEncoder.Encode(next.Build(), arm64: false, WaitingPlan.Length);
        string path = "";
        StubSimulator stub = null!;

        stub = new StubSimulator(Encode(WaitingPlan.Compile()), (call, arguments) =>
        {
            if (call == Syscall.read)
                stub.Load(message, arguments[1]);
            if (call == Syscall.openat)
                path = stub.Text(arguments[0]);
            return call switch { Syscall.read => message.Bytes.Length, Syscall.openat => -Errno.ENOENT, Syscall.umask => -Errno.EIO, _ => 0 };
        });
        stub.Run();

        stub.Calls.Should().Equal([.. Waiting, Syscall.openat, Syscall.umask]);
        path.Should().Be("/somewhere");
        message.IndexOf((uint)stub.Failure!.Value.Operation).Should().Be(2);
    }

    [Fact]
    public void Waiting_LongPlanComes_ReadsItsRestBehindIt()
    {
        PlanBuilder next = new();
        next.Add(Syscall.chdir, "enter", null, next.Text(new string('x', 200_000)));
        next.Add(Syscall.exit_group, "end");
        PlanMessage message = PlanEncoder.Encode(next.Build(), arm64: false, WaitingPlan.Length);
        List<long> addresses = [];
        StubSimulator stub = null!;

        stub = new StubSimulator(Encode(WaitingPlan.Compile()), (call, arguments) =>
        {
            if (call != Syscall.read)
                return 0;
            if (addresses.Count == 0)
                stub.Load(message, arguments[1]);
            addresses.Add(arguments[1]);
            return 1;
        });
        stub.Run();

        stub.Calls.Should().EndWith([Syscall.read, Syscall.read, Syscall.chdir, Syscall.exit_group]);
        (addresses[1] - addresses[0]).Should().Be(PlanLayout.MessageCapacity);
    }

    [Fact]
    public void Waiting_HostGoes_Ends() =>
        new StubSimulator(Encode(WaitingPlan.Compile()), static (_, _) => 0).Run().Calls.Should().Equal([.. Waiting, Syscall.exit_group]);

    private static PlanMessage Encode(LaunchPlan plan) => PlanEncoder.Encode(plan, arm64: false);
}
