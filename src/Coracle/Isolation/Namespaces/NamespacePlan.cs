using Coracle.Isolation.Launch.Planning;
using Coracle.Isolation.Spec;
using Coracle.Kernel.Interop;

namespace Coracle.Isolation.Namespaces;

/// <summary>Which namespaces a container gets, and what is set in them.</summary>
internal sealed class NamespacePlan
{
    private const int FamilyInternet = 2; // AF_INET
    private const int Datagram = 2; // SOCK_DGRAM
    private const uint SetInterfaceFlags = 0x8914; // SIOCSIFFLAGS
    private const int InterfaceRequestSize = 40; // struct ifreq
    private const int InterfaceFlagsOffset = 16;
    private const byte UpAndRunning = 0x41; // IFF_UP | IFF_RUNNING

    private readonly PlanBuilder _plan;
    private readonly RuntimeSpec _spec;
    private readonly Dictionary<string, LinuxNamespace> _namespaces = [];

    internal NamespacePlan(PlanBuilder plan, RuntimeSpec spec)
    {
        _plan = plan;
        _spec = spec;
        foreach (LinuxNamespace ns in spec.Linux?.Namespaces ?? [])
        {
            if (!_namespaces.TryAdd(ns.Type, ns))
                throw new ContainerRuntimeException(RuntimeErrorKind.InvalidInput, $"the {ns.Type} namespace is given twice");
        }

        Require(LinuxNamespaceType.Mount);
        Require(LinuxNamespaceType.Pid);
    }

    /// <summary>The CLONE_NEW* of those that are made.</summary>
    internal ulong MadeFlags => _namespaces.Values.Where(static ns => ns.Path is null)
        .Aggregate(0ul, static (flags, ns) => flags | FlagOf(ns.Type));

    /// <summary>The CLONE_NEW* of all that the container does not share with the host.</summary>
    internal ulong Flags => _namespaces.Keys.Aggregate(0ul, static (flags, type) => flags | FlagOf(type));

    /// <summary>Enters those that are there already. In the first stage.</summary>
    internal void Join()
    {
        foreach (LinuxNamespace ns in _namespaces.Values)
        {
            if (ns.Path is not { } path)
                continue;
            Cell opened = _plan.NewCell();
            _plan.Add(
                Syscall.openat, $"open {ns.Type} namespace", path,
                Libc.AT_FDCWD, _plan.Text(path), Libc.O_RDONLY | Libc.O_CLOEXEC).Into(opened);
            _plan.Add(Syscall.setns, $"join {ns.Type} namespace", path, opened, FlagOf(ns.Type));
            _plan.Add(Syscall.close, "close namespace", path, opened);
        }
    }

    /// <summary>Sets kernel parameters. Needs a writable /proc/sys.</summary>
    internal void SetParameters()
    {
        foreach ((string name, string value) in _spec.Linux?.Sysctl ?? new Dictionary<string, string>())
        {
            string path = SysctlName.PathOf(name, Makes);
            Cell file = _plan.NewCell();
            _plan.Add(
                Syscall.openat, "open kernel parameter", name,
                Libc.AT_FDCWD, _plan.Text(path), Libc.O_WRONLY | Libc.O_CLOEXEC).Into(file);
            _plan.Add(
                Syscall.write, $"set kernel parameter to '{value}'", name,
                file, _plan.Text(value), System.Text.Encoding.UTF8.GetByteCount(value));
            _plan.Add(Syscall.close, "close kernel parameter", name, file);
        }
    }

    /// <summary>Sets the names of the host.</summary>
    internal void SetNames()
    {
        SetName(Syscall.sethostname, "set host name", _spec.Hostname);
        SetName(Syscall.setdomainname, "set domain name", _spec.Domainname);
    }

    /// <summary>Brings the loopback interface of a new network up.</summary>
    internal void RaiseLoopback()
    {
        if (!Makes(LinuxNamespaceType.Network))
            return;
        Cell socket = _plan.NewCell();
        Span<byte> request = stackalloc byte[InterfaceRequestSize];
        request.Clear();
        "lo"u8.CopyTo(request);
        request[InterfaceFlagsOffset] = UpAndRunning;
        _plan.Add(Syscall.socket, "open socket for interface", "lo", FamilyInternet, Datagram | Libc.SOCK_CLOEXEC, 0).Into(socket);
        _plan.Add(Syscall.ioctl, "bring interface up", "lo", socket, SetInterfaceFlags, _plan.Bytes(request));
    }

    private bool Makes(string type) => _namespaces.TryGetValue(type, out LinuxNamespace? ns) && ns.Path is null;

    private void SetName(Syscall call, string step, string? name)
    {
        if (string.IsNullOrEmpty(name))
            return;
        if (!_namespaces.ContainsKey(LinuxNamespaceType.Uts))
            throw new ContainerRuntimeException(RuntimeErrorKind.InvalidInput, $"{step}: {name}: it would be that of the host (no uts namespace)");
        _plan.Add(call, step, name, _plan.Text(name), System.Text.Encoding.UTF8.GetByteCount(name));
    }

    private void Require(string type)
    {
        if (!Makes(type))
            throw new ContainerRuntimeException(RuntimeErrorKind.NotSupported, $"a container without a {type} namespace of its own is not supported");
    }

    private static ulong FlagOf(string type) => type switch
    {
        LinuxNamespaceType.Mount => Libc.CLONE_NEWNS,
        LinuxNamespaceType.Pid => Libc.CLONE_NEWPID,
        LinuxNamespaceType.Network => Libc.CLONE_NEWNET,
        LinuxNamespaceType.Ipc => Libc.CLONE_NEWIPC,
        LinuxNamespaceType.Uts => Libc.CLONE_NEWUTS,
        LinuxNamespaceType.Cgroup => Libc.CLONE_NEWCGROUP,
        _ => throw new ContainerRuntimeException(RuntimeErrorKind.NotSupported, $"a {type} namespace is not supported"),
    };
}
