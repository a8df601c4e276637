using Coracle.Isolation.Launch.Planning;
using Coracle.Isolation.Launch.Stub;
using Coracle.Kernel.Errors;
using Coracle.Kernel.Interop;

namespace Coracle.Isolation.Launch;

/// <summary>
/// A first process before the program: it passes signals on, reaps what lost its parent, and ends as the program ends. It is the
/// stub, which goes on with the plan; by then it has no more privileges than the program.
/// </summary>
internal static class InitPlan
{
    private const int SizeOfSignalSet = 8;
    private const int SizeOfSignalInfo = 128; // struct signalfd_siginfo; the number of the signal is its first word
    private const int SignalBase = 128;
    private const int Queue = 0; // in the place of the standard input

    /// <summary>The process divides; what is added next is the program's. Takes the place of <see cref="StagePlan.Ready"/>.</summary>
    internal static void Divide(PlanBuilder plan)
    {
        Cell queue = plan.NewCell();
        Cell main = plan.NewCell();
        Operand all = plan.Words(-1);
        // Blocked, none is ever without effect, as it would be for the first process of a namespace that has no handler.
        plan.Add(Syscall.rt_sigprocmask, "block signals", null, Libc.SIG_BLOCK, all, 0, SizeOfSignalSet);
        plan.Add(Syscall.signalfd4, "open signal queue", null, -1, all, SizeOfSignalSet, Libc.O_CLOEXEC).Into(queue);
        // Before the program is executed: only this process may say so. If the program can't be, that is said after it.
        StagePlan.Ready(plan);

        // This one waits until the program is executed (CLONE_VFORK). So they can share the memory, and the host learns from the
        // end of the socket, which this one holds as long, how it went. Not clone3(2): filters can't look into its arguments.
        Label program = plan.NewLabel();
        const ulong Flags = Libc.CLONE_VM | Libc.CLONE_VFORK | Libc.SIGCHLD;
        plan.Add(Syscall.clone, "make program's process", null, Flags).OnZero(program).Into(main);
        Guard(plan, queue, main);

        // A group of its own, in the foreground if there is a terminal, as a shell would start it.
        plan.Place(program);
        Cell self = plan.NewCell();
        plan.Add(Syscall.getpid, "look at own id").Into(self);
        plan.Add(Syscall.setpgid, "start process group");
        plan.Add(Syscall.ioctl, "come to the foreground", null, 0, Libc.TIOCSPGRP, Operand.AddressOf(self)).Ignore();
        plan.Add(Syscall.rt_sigprocmask, "unblock signals", null, Libc.SIG_SETMASK, plan.Words(0), 0, SizeOfSignalSet);
    }

    private static void Guard(PlanBuilder plan, Cell queue, Cell main)
    {
        Cell info = plan.NewCell(SizeOfSignalInfo / Cell.Size);
        Cell number = plan.NewCell();
        Label next = plan.NewLabel();
        Label forward = plan.NewLabel();
        Label reap = plan.NewLabel();

        // Nothing but the queue stays open: neither streams, of which others wait for the end, nor what led to the host's files.
        // The socket goes last: the host waits for that.
        plan.Add(Syscall.dup3, "move signal queue", null, queue, Queue, Libc.O_CLOEXEC);
        plan.Add(Syscall.close_range, "close standard streams", null, Queue + 1, StubDescriptors.Control - 1);
        plan.Add(Syscall.close_range, "close descriptors", null, StubDescriptors.Control + 1, uint.MaxValue);
        plan.Add(Syscall.close, "close socket", null, StubDescriptors.Control);

        plan.Place(next);
        plan.Add(Syscall.read, "wait for signal", null, Queue, Operand.AddressOf(info), SizeOfSignalInfo)
            .OnError(next, Errno.EINTR);
        // A smaller number makes this negative, which is an error.
        plan.Calculate("has a child ended?", info, Libc.SIGCHLD, uint.MaxValue).OnZero(reap).OnError(forward);
        plan.Place(forward);
        plan.Calculate("number of signal", info, 0, uint.MaxValue).Into(number);
        plan.Add(Syscall.kill, "pass signal on", null, main, number).Ignore();
        plan.Goto(next);

        plan.Place(reap);
        Reap(plan, main, next, reap);
    }

    private static void Reap(PlanBuilder plan, Cell main, Label next, Label reap)
    {
        Cell status = plan.NewCell(2);
        Cell reaped = plan.NewCell();
        Cell code = plan.NewCell();
        Label ended = plan.NewLabel();
        Label exited = plan.NewLabel();

        // One signal may stand for several ends.
        plan.Add(Syscall.wait4, "reap", null, -1, Operand.AddressOf(status), Libc.WNOHANG).Into(reaped).OnZero(next).OnError(next);
        plan.Calculate("is it the program?", reaped, main, -1).OnZero(ended).OnError(reap);
        plan.Goto(reap);

        // wait(2): the signal in the low seven bits, the code in the byte above.
        plan.Place(ended);
        plan.Calculate("signal that ended it", status, 0, 0x7F).Into(code).OnZero(exited);
        plan.Calculate("code of signal", code, -SignalBase, -1).Into(code);
        plan.Add(Syscall.exit_group, "end as the program", null, code);
        plan.Place(exited);
        plan.Calculate("exit code", new Cell(status.Offset + 1), 0, 0xFF).Into(code);
        plan.Add(Syscall.exit_group, "end as the program", null, code);
    }
}
