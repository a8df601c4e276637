namespace Coracle.Kernel.Probing;

/// <summary>Says in words what a host lacks, and how it could be had.</summary>
internal static class KernelRemarks
{
    // A container start uses it; the other calls are older.
    private static readonly KernelVersion Oldest = new(5, 12);

    internal static IReadOnlyList<string> For(KernelFeatures features)
    {
        List<string> remarks = [];
        AddPrivileges(remarks, features);
        AddCalls(remarks, features);
        if (features.Overlay == Availability.Missing)
            remarks.Add("the kernel has no overlay file system, so each container has a copy of its image (on the host: modprobe overlay)");
        if (features.Seccomp != Availability.Available)
            remarks.Add("system calls can't be filtered: the kernel is built without CONFIG_SECCOMP_FILTER");
        if (features.MemfdNoExec >= 2)
            remarks.Add("programs that lie in memory only are forbidden (sysctl vm.memfd_noexec=2): starts use a file without a name instead");
        return remarks;
    }

    private static void AddPrivileges(List<string> remarks, KernelFeatures features)
    {
        if (!features.IsRoot)
        {
            remarks.Add("this process is not root, which starting containers needs: run it with sudo");
            if (features.MaxUserNamespaces == 0 || features.UserNamespacesRestricted)
                remarks.Add("user namespaces are switched off for ordinary users (sysctl user.max_user_namespaces, kernel.unprivileged_userns_clone, kernel.apparmor_restrict_unprivileged_userns)");
            return;
        }
        string[] missing = [.. CapabilityBits.Needed.Where(needed => !features.HasCapability(needed.Bit)).Select(static needed => needed.Name)];
        if (missing.Length > 0)
            remarks.Add($"root lacks {string.Join(", ", missing)}: containers can't be started (in a container, run it with --privileged)");
        if (!features.HasCapability(CapabilityBits.SysResource))
            remarks.Add("root lacks CAP_SYS_RESOURCE: resource limits of processes can't be raised above this process's own");
        if (features.InUserNamespace)
            remarks.Add("this process is root in a user namespace only: devices can't be made, and what the host's root owns can't be changed");
    }

    private static void AddCalls(List<string> remarks, KernelFeatures features)
    {
        (string Name, Availability Availability)[] calls =
        [
            ("fsopen", features.MountApi),
            ("mount_setattr", features.MountAttributes),
            ("openat2", features.OpenAt2),
            ("pidfd_open", features.Pidfd),
            ("clone3", features.Clone3),
        ];
        string missing = string.Join(", ", calls.Where(static call => call.Availability == Availability.Missing).Select(static call => call.Name));
        if (missing.Length > 0)
            remarks.Add($"the kernel {features.Release} has no {missing}: containers can't be started before Linux {Oldest}");
        string denied = string.Join(", ", calls.Where(static call => call.Availability == Availability.Denied).Select(static call => call.Name));
        if (denied.Length > 0 && features.IsRoot)
            remarks.Add($"a filter around this process denies {denied} (in a container, run it with --privileged)");
    }
}
