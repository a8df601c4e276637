using Coracle.Isolation.Spec;

namespace Coracle.Isolation.Seccomp;

/// <summary>
/// The policy that a container has when nothing else is said: Docker's. Everything not listed fails with EPERM, among it
/// what makes namespaces and mounts, io_uring, and kernel keys. As in Docker, socketcall(2) of 32-bit programs is let
/// through whole: BPF can't see the address family behind its pointer.
/// </summary>
internal static partial class DockerProfile
{
    private const string Allow = "SCMP_ACT_ALLOW";
    private const string Error = "SCMP_ACT_ERRNO";

    // The namespaces that clone(2) can make: NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET.
    private const ulong NamespaceFlags = 0x7E02_0000;

    private static readonly LinuxSyscall AlwaysAllowed = Allowing(Allowed);

    // All families but AF_ALG (38: kernel crypto for any user), AF_VSOCK (40: speaks to the hypervisor) and dead ones.
    private static readonly ulong[] SocketFamilies =
        [13, 14, 15, 16, 17, 18, 21, 22, 24, 26, 27, 28, 29, 30, 31, 32, 33, 35, 36, 39, 41, 42, 43, 44, 45];

    private const ulong FirstUncommonFamily = 12;

    // PER_LINUX, PER_LINUX32, UNAME26, PER_LINUX32 | UNAME26, and the query.
    private static readonly ulong[] Personalities = [0x0, 0x8, 0x2_0000, 0x2_0008, 0xFFFF_FFFF];

    // Capability, calls.
    private static readonly string[][] ByCapability =
    [
        ["CAP_DAC_READ_SEARCH", "open_by_handle_at"],
        ["CAP_SYS_ADMIN", """
            bpf clone clone3 fanotify_init fsconfig fsmount fsopen fspick lookup_dcookie lsm_get_self_attr
            lsm_list_modules lsm_set_self_attr mount mount_setattr move_mount open_tree perf_event_open quotactl
            quotactl_fd setdomainname sethostname setns syslog umount umount2 unshare
            """],
        ["CAP_SYS_BOOT", "reboot"],
        ["CAP_SYS_CHROOT", "chroot"],
        ["CAP_SYS_MODULE", "delete_module init_module finit_module"],
        ["CAP_SYS_PACCT", "acct"],
        ["CAP_SYS_PTRACE", "kcmp pidfd_getfd process_madvise process_vm_readv process_vm_writev ptrace"],
        ["CAP_SYS_RAWIO", "iopl ioperm"],
        ["CAP_SYS_TIME", "settimeofday stime clock_settime clock_settime64"],
        ["CAP_SYS_TTY_CONFIG", "vhangup"],
        ["CAP_SYS_NICE", "get_mempolicy mbind set_mempolicy set_mempolicy_home_node"],
        ["CAP_SYSLOG", "syslog"],
        ["CAP_BPF", "bpf"],
        ["CAP_PERFMON", "perf_event_open"],
    ];

    /// <summary>The profile for a container that is given capabilities. Docker's has x32 too, which no distribution's
    /// kernel speaks: its rules would add a fifth to the time that seccomp(2) takes, for nothing.</summary>
    /// <param name="capabilities">The bounding set, as <c>CAP_*</c> names.</param>
    /// <param name="native">The architecture of the host.</param>
    internal static LinuxSeccomp For(IReadOnlySet<string> capabilities, SeccompArchitecture native)
    {
        List<LinuxSyscall> syscalls =
        [
            AlwaysAllowed,
            // From Linux 4.8 on, ptrace(2) can't be used to get around a filter.
            Allowing("process_vm_readv process_vm_writev ptrace"),
            Allowing("socket", 0, "SCMP_CMP_LT", FirstUncommonFamily),
        ];
        foreach (ulong family in SocketFamilies)
            syscalls.Add(Allowing("socket", 0, "SCMP_CMP_EQ", family));
        foreach (ulong persona in Personalities)
            syscalls.Add(Allowing("personality", 0, "SCMP_CMP_EQ", persona));
        syscalls.Add(native == SeccompArchitecture.Arm64
            ? Allowing("arm_fadvise64_64 arm_sync_file_range sync_file_range2 breakpoint cacheflush set_tls")
            : Allowing("arch_prctl modify_ldt"));
        foreach (string[] entry in ByCapability)
        {
            if (capabilities.Contains(entry[0]))
                syscalls.Add(Allowing(entry[1]));
        }
        if (!capabilities.Contains("CAP_SYS_ADMIN"))
        {
            syscalls.Add(Allowing("clone", 0, "SCMP_CMP_MASKED_EQ", NamespaceFlags));
            // Its flags are behind a pointer, so libc must be made to use clone(2).
            syscalls.Add(new LinuxSyscall { Names = ["clone3"], Action = Error, ErrnoRet = Kernel.Errors.Errno.ENOSYS });
        }
        return new LinuxSeccomp
        {
            DefaultAction = Error,
            DefaultErrnoRet = Kernel.Errors.Errno.EPERM,
            Architectures = native == SeccompArchitecture.Arm64
                ? [SeccompArchitecture.Arm64.Name, SeccompArchitecture.Arm.Name]
                : [SeccompArchitecture.X64.Name, SeccompArchitecture.X86.Name],
            Syscalls = syscalls,
        };
    }

    private static LinuxSyscall Allowing(string names) => new()
    {
        Names = names.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries),
        Action = Allow,
    };

    private static LinuxSyscall Allowing(string name, uint index, string comparison, ulong value) => new()
    {
        Names = [name],
        Action = Allow,
        Args = [new LinuxSeccompArg { Index = index, Op = comparison, Value = value }],
    };
}
