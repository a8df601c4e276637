using Coracle.Isolation.Launch.Planning;
using Coracle.Isolation.Launch.Stub;
using Coracle.Kernel.Errors;
using Coracle.Kernel.Interop;

namespace Coracle.Isolation.Launch;

/// <summary>
/// The frame of a plan of two stages: the first, outside, prepares and is invisible to the container; the second is born in it.
/// The second is the host's child (CLONE_PARENT), not the first's.
/// </summary>
internal static class StagePlan
{
    // glibc's own signals, which its posix_spawn(3) leaves ignored; CLONE_CLEAR_SIGHAND keeps what is ignored.
    private const int FirstLibcSignal = 32;
    private const int LastLibcSignal = 33;
    private const int SizeOfKernelSignalSet = 8;

    // struct cmsghdr and struct ucred {pid, uid, gid}. The ids are those of root.
    private const int CredentialsHeader = 16;
    private const int CredentialsLength = 28;
    private const int CredentialsSpace = 32;

    /// <summary>Lets go of everything that was inherited.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="descriptorCount">How many descriptors the stub was given, from 0 on.</param>
    internal static void Begin(PlanBuilder plan, int descriptorCount)
    {
        plan.Add(Syscall.close_range, "close inherited descriptors", null, descriptorCount, uint.MaxValue);
        plan.Add(Syscall.close_range, "close descriptors on exec", null, StubDescriptors.Control, uint.MaxValue, Libc.CLOSE_RANGE_CLOEXEC);
        Operand defaultAction = plan.Words(0, 0, 0, 0);
        for (int signal = FirstLibcSignal; signal <= LastLibcSignal; signal++)
            plan.Add(Syscall.rt_sigaction, "reset signal", null, signal, defaultAction, 0, SizeOfKernelSignalSet);
    }

    /// <summary>Takes the descriptors that were sent behind the plan, and puts the standard streams among them in place.</summary>
    internal static void Receive(PlanBuilder plan, ContainerDescriptors descriptors)
    {
        int count = descriptors.Sent.Count;
        if (count == 0)
            return;
        const int HeaderLength = 16;
        int space = (HeaderLength + (count * sizeof(int)) + Cell.Size - 1) / Cell.Size;
        Operand control = Operand.AddressOf(plan.NewCell(space));
        Operand text = plan.Words(Operand.AddressOf(plan.NewCell()), 1);
        Operand message = plan.Words(0, 0, text, 1, control, space * Cell.Size, 0);
        // They get the lowest free numbers in their order, and only 0 to 3 are taken.
        plan.Add(Syscall.recvmsg, "receive descriptors", null, StubDescriptors.Control, message, Libc.MSG_CMSG_CLOEXEC);
        int next = StubDescriptors.FirstExtra;
        foreach (int stream in descriptors.Streams)
            plan.Add(Syscall.dup3, "set standard stream", null, next++, stream, 0);
        if (next > StubDescriptors.FirstExtra)
            plan.Add(Syscall.close_range, "close duplicates", null, StubDescriptors.FirstExtra, next - 1, 0);
    }

    /// <summary>Hides the memory, descriptors and program of the stub from everybody without CAP_SYS_PTRACE over it.</summary>
    internal static void Hide(PlanBuilder plan) => plan.Add(Syscall.prctl, "forbid tracing", null, Libc.PR_SET_DUMPABLE, 0);

    /// <summary>Enters control groups.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="files">Their <c>cgroup.procs</c> files.</param>
    internal static void JoinCgroups(PlanBuilder plan, IReadOnlyList<string> files)
    {
        if (files.Count == 0)
            return;
        // "0" is the writer. Before the clone: the second stage is then born there, and the host need not move a running one.
        Cell file = plan.NewCell();
        foreach (string path in files)
        {
            plan.Add(Syscall.openat, "open", path, Libc.AT_FDCWD, plan.Text(path), Libc.O_WRONLY | Libc.O_CLOEXEC).Into(file);
            plan.Add(Syscall.write, "join control group", path, file, plan.Text("0"), 1);
            plan.Add(Syscall.close, "close", path, file);
        }
    }

    /// <summary>Lets go of the keys of the host's session, which would be in reach of keyctl(2).</summary>
    internal static void LeaveKeyring(PlanBuilder plan) =>
        plan.Add(Syscall.keyctl, "leave session keyring", null, Libc.KEYCTL_JOIN_SESSION_KEYRING, 0).Ignore(Errno.ENOSYS);

    /// <summary>Ends the first stage and begins the second.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="namespaces">The CLONE_NEW* to make. The second stage shares the first's memory, so it must be alone in
    /// its pid namespace: nobody there can look at it.</param>
    internal static void Clone(PlanBuilder plan, ulong namespaces)
    {
        // Both stages tell the pid, for either may be killed. The first one has the kernel write it into the credentials of its
        // message; that happens before the second one runs, which shares this memory. The receiver sees it translated.
        Operand credentials = plan.Words(CredentialsLength, Libc.SOL_SOCKET | (long)Libc.SCM_CREDENTIALS << 32, 0, 0);
        Operand text = plan.Words(plan.Words(LaunchMessage.Word(LaunchMessageKind.Cloned), 0), LaunchMessage.EventLength);
        Operand message = plan.Words(0, 0, text, 1, credentials, CredentialsSpace, 0);
        const ulong Flags = Libc.CLONE_VM | Libc.CLONE_PARENT | Libc.CLONE_PARENT_SETTID | Libc.CLONE_CLEAR_SIGHAND;
        Label child = plan.NewLabel();
        plan.Add(
            Syscall.clone3, "make container process", null,
            plan.Words(namespaces | Flags, 0, 0, credentials.Plus(CredentialsHeader), 0, 0, 0, 0, 0, 0, 0), Libc.SizeOfCloneArguments)
            .OnZero(child);
        plan.Add(Syscall.sendmsg, "report container process", null, StubDescriptors.Control, message, 0);
        plan.Add(Syscall.exit_group, "end first stage", null, 0);
        plan.Place(child);
        Tell(plan, LaunchMessageKind.Hello, "say hello");
        plan.Add(Syscall.setsid, "start session");
    }

    /// <summary>Ends the first stage and begins the second, which is a copy of the first and has no more privileges than that has
    /// left: for a program in a pid namespace where others may look at it.</summary>
    /// <remarks>clone(2) and not clone3(2): the filter of system calls may be in force, and can't look into a structure.</remarks>
    internal static void Fork(PlanBuilder plan)
    {
        // Both stages tell the pid, for either may be killed, the second one by anybody in the container. The kernel writes it
        // into the first one's message, as this process sees it: the first stage was born in its pid namespace.
        Operand report = plan.Words(LaunchMessage.Word(LaunchMessageKind.Cloned), 0);
        Label child = plan.NewLabel();
        plan.Add(
            Syscall.clone, "make container process", null, Libc.CLONE_PARENT | Libc.CLONE_PARENT_SETTID, 0, report.Plus(sizeof(ulong)))
            .OnZero(child);
        plan.Add(Syscall.write, "report container process", null, StubDescriptors.Control, report, LaunchMessage.EventLength);
        plan.Add(Syscall.exit_group, "end first stage", null, 0);
        plan.Place(child);
        Tell(plan, LaunchMessageKind.Hello, "say hello");
        plan.Add(Syscall.setsid, "start session");
    }

    /// <summary>Says that all is set up. Fails if the host has gone meanwhile.</summary>
    internal static void Ready(PlanBuilder plan) => Tell(plan, LaunchMessageKind.Ready, "report ready");

    private static void Tell(PlanBuilder plan, LaunchMessageKind kind, string step) =>
        plan.Add(
            Syscall.write, step, null, StubDescriptors.Control,
            plan.Words(LaunchMessage.Word(kind), 0), LaunchMessage.EventLength);
}
