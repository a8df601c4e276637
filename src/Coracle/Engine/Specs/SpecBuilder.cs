using System.Globalization;
using Coracle.Isolation.Seccomp;
using Coracle.Isolation.Spec;

namespace Coracle.Engine.Specs;

/// <summary>
/// The one place where the image's configuration and the caller's spec become an OCI runtime spec. Pure.
/// </summary>
internal static class SpecBuilder
{
    private const double PeriodMicroseconds = 100_000; // the kernel's own default period

    /// <summary>Builds the spec of a container.</summary>
    /// <param name="spec">What the caller asked for.</param>
    /// <param name="process">What became of it and the image.</param>
    /// <param name="user">The user, resolved in the root file system.</param>
    /// <param name="home">The user's home directory.</param>
    /// <param name="hostName">The host name.</param>
    /// <param name="mounts">The caller's mounts and the network files, sources resolved.</param>
    /// <param name="devicesAreRestricted">Whether the use of devices is restricted by a control group. If not, the container
    /// must not be able to make their nodes.</param>
    internal static RuntimeSpec Build(
        ContainerSpec spec,
        ProcessConfig process,
        SpecUser user,
        string home,
        string hostName,
        IReadOnlyList<SpecMount> mounts,
        bool devicesAreRestricted = true)
    {
        IReadOnlyList<string> capabilities = devicesAreRestricted
            ? DefaultSpec.Capabilities
            : [.. DefaultSpec.Capabilities.Where(static name => name != "CAP_MKNOD")];
        bool hostNetwork = spec.Network == NetworkMode.Host;
        return new RuntimeSpec
        {
            Hostname = hostName,
            Domainname = spec.DomainName,
            Root = new SpecRoot { Path = "rootfs" },
            Process = BuildProcess(spec, process, user, home, capabilities),
            Mounts = MergeMounts(mounts),
            Linux = new LinuxSpec
            {
                Namespaces =
                [
                    .. DefaultSpec.Namespaces.Where(n => !hostNetwork || n.Type != LinuxNamespaceType.Network),
                ],
                Devices = DefaultSpec.Devices,
                MaskedPaths = DefaultSpec.MaskedPaths,
                ReadonlyPaths = DefaultSpec.ReadonlyPaths,
                Resources = BuildResources(spec.Resources),
                Seccomp = SeccompProfile.Default(capabilities).Spec,
            },
        };
    }

    /// <summary>The limits in the specification's terms.</summary>
    internal static LinuxResources BuildResources(ResourceLimits limits)
    {
        bool memory = limits.Memory is not null || limits.MemorySwap is not null;
        bool cpu = limits.Cpus is not null || limits.CpuShares is not null;
        return new LinuxResources
        {
            Devices = DefaultSpec.DeviceRules,
            Memory = !memory ? null : new LinuxMemory
            {
                Limit = limits.Memory,
                Swap = limits.MemorySwap ?? (limits.Memory is { } limit ? checked(limit * 2) : null),
            },
            Cpu = !cpu ? null : new LinuxCpu
            {
                Quota = limits.Cpus is { } cpus ? (long)(cpus * PeriodMicroseconds) : null,
                Period = limits.Cpus is null ? null : (ulong)PeriodMicroseconds,
                Shares = limits.CpuShares is { } shares ? checked((ulong)shares) : null,
            },
            Pids = limits.Pids is { } pids ? new LinuxPids { Limit = pids } : null,
        };
    }

    private static SpecProcess BuildProcess(
        ContainerSpec spec, ProcessConfig process, SpecUser user, string home, IReadOnlyList<string> capabilities)
    {
        bool isRoot = user.Uid == 0;
        return new SpecProcess
        {
            User = user,
            Args = process.Arguments,
            Terminal = spec.Terminal is not null,
            ConsoleSize = ExecBuilder.ConsoleSize(spec.Terminal),
            Env = WithHome(process.Environment, home),
            Cwd = process.WorkingDirectory,
            NoNewPrivileges = spec.NoNewPrivileges,
            Rlimits = [.. spec.Ulimits.Select(ToRlimit)],

            // Docker's sets: an ordinary user starts with none, and can gain the bounding set through set-user-id programs.
            // Inheritable stays empty (CVE-2022-24769).
            Capabilities = new SpecCapabilities
            {
                Bounding = capabilities,
                Permitted = isRoot ? capabilities : [],
                Effective = isRoot ? capabilities : [],
            },
        };
    }

    private static IReadOnlyList<string> WithHome(IReadOnlyList<string> environment, string home) =>
        environment.Any(static variable => variable.StartsWith("HOME=", StringComparison.Ordinal))
            ? environment
            : [.. environment, "HOME=" + home];

    private static SpecRlimit ToRlimit(Ulimit ulimit) => new()
    {
        Type = "RLIMIT_" + ulimit.Name.ToUpperInvariant(),
        Soft = ulimit.Soft < 0 ? ulong.MaxValue : (ulong)ulimit.Soft,
        Hard = ulimit.Hard < 0 ? ulong.MaxValue : (ulong)ulimit.Hard,
    };

    // The caller's mount at a default's place replaces the default. Parents come before what is mounted below them.
    private static List<SpecMount> MergeMounts(IReadOnlyList<SpecMount> mounts)
    {
        HashSet<string> taken = [.. mounts.Select(static mount => mount.Destination)];
        return
        [
            .. DefaultSpec.Mounts.Where(mount => !taken.Contains(mount.Destination)),
            .. mounts.OrderBy(static mount => mount.Destination.AsSpan().Count('/')),
        ];
    }

    /// <summary>The caller's mount as the specification writes it.</summary>
    /// <param name="mount">The mount.</param>
    /// <param name="volumePath">Gives the directory of a volume.</param>
    internal static SpecMount ToSpecMount(ContainerMount mount, Func<string, string> volumePath)
    {
        if (!mount.Target.StartsWith('/') || mount.Target.Trim('/').Length == 0 || mount.Target.Split('/').Contains(".."))
            throw new ContainerRuntimeException(
                RuntimeErrorKind.InvalidInput,
                $"create container: the mount target '{mount.Target}' is not an absolute path below /");
        string target = "/" + string.Join('/', mount.Target.Split('/', StringSplitOptions.RemoveEmptyEntries));
        string access = mount.ReadOnly ? "ro" : "rw";
        return mount switch
        {
            BindMount bind => new SpecMount
            {
                Destination = target, Type = "bind", Source = bind.Source, Options = ["rbind", "rprivate", access],
            },
            VolumeMount volume => new SpecMount
            {
                Destination = target, Type = "bind", Source = volumePath(volume.Volume!), Options = ["rbind", "rprivate", access],
            },
            TmpfsMount tmpfs => new SpecMount
            {
                Destination = target,
                Type = "tmpfs",
                Source = "tmpfs",
                Options =
                [
                    "nosuid", "nodev", "noexec", access,
                    string.Create(CultureInfo.InvariantCulture, $"mode={Convert.ToString((int)tmpfs.Mode, 8)}"),
                    .. tmpfs.Size is { } size ? (string[])[string.Create(CultureInfo.InvariantCulture, $"size={size}")] : [],
                ],
            },
            _ => throw new ArgumentException($"unknown mount {mount.GetType().Name}", nameof(mount)),
        };
    }
}
