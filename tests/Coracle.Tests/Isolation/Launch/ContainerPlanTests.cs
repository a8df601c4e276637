using Coracle.Isolation.Capabilities;
using Coracle.Isolation.Launch;
using Coracle.Isolation.Launch.Planning;
using Coracle.Isolation.Rootfs;
using Coracle.Isolation.Spec;
using Coracle.Kernel.Errors;
using Coracle.Kernel.Interop;
using Coracle.Kernel.Mounts;
using Coracle.Tests.Isolation.Launch.Planning;
using Coracle.TestSupport;

namespace Coracle.Tests.Isolation.Launch;

public sealed class ContainerPlanTests
{
    private static readonly LaunchHost Host = new(
        new HostCapabilities(new CapabilitySet(0x1ffffffffff), 40),
        new RootfsHost(HasFirmware: true, [
            new CgroupHierarchy("cpu,cpuacct", "cpu,cpuacct", ["cpu", "cpuacct"]),
            new CgroupHierarchy("systemd", "none,name=systemd", []),
        ]));

    [Theory]
    [InlineData("root")]
    [InlineData("user")]
    [InlineData("unified")]
    [InlineData("terminal")]
    [InlineData("init")]
    [InlineData("init-terminal")]
    public void Compile_Container_IsTheGoldenListing(string name)
    {
        LaunchRequest request = name == "user" ? UserContainer() : DefaultContainer();
        request = request with { Init = name.StartsWith("init", StringComparison.Ordinal) };
        if (name.EndsWith("terminal", StringComparison.Ordinal))
            request = request with { Spec = request.Spec with { Process = request.Spec.Process! with { Terminal = true } } };
        LaunchHost host = name == "unified" ? Host with { Rootfs = new RootfsHost(true, []) } : Host;
        string listing = PlanListing.Of(Compile(request, host));
        string golden = Repository.PathOf("tests", "Coracle.Tests", "Isolation", "Launch", "Golden", name + ".txt");
        if (Environment.GetEnvironmentVariable("CORACLE_WRITE_GOLDEN") == "1")
            File.WriteAllText(golden, listing);

        listing.Should().Be(File.ReadAllText(golden), "if the change is meant, CORACLE_WRITE_GOLDEN=1 writes the file");
    }

    [Fact]
    public void Compile_AllGoesWell_EndsInTheProgram()
    {
        StubSimulator stub = Run(DefaultContainer(), WillingKernel);

        stub.Failure.Should().BeNull();
        stub.Calls[^1].Should().Be(Syscall.execve);
    }

    [Fact]
    public void Compile_FirstStage_EndsAfterTheClone() =>
        Run(DefaultContainer(), static (call, path) => call == Syscall.clone3 ? 77 : WillingKernel(call, path)).Calls
            .Should().EndWith([Syscall.clone3, Syscall.sendmsg, Syscall.exit_group]);

    [Fact]
    public void Compile_EveryFailure_EndsThePlan()
    {
        LaunchPlan plan = Compile(UserContainer(), Host);
        PlanMessage message = PlanEncoder.Encode(plan, arm64: false);
        int calls = StubSimulator.Of(message, WillingKernel).Run().Calls.Count;

        for (int failing = 0; failing < calls; failing++)
        {
            int left = failing;
            StubSimulator stub = StubSimulator.Of(message, (call, path) => left-- == 0 ? -Errno.EIO : WillingKernel(call, path));
            stub.Run();
            stub.Calls.Count.Should().BeGreaterThanOrEqualTo(failing);
        }
    }

    [Fact]
    public void Compile_Privileges_AreGoneBeforeTheProgram()
    {
        List<Syscall> calls = Run(UserContainer(), WillingKernel).Calls;

        calls.LastIndexOf(Syscall.mount).Should().BeLessThan(calls.IndexOf(Syscall.setresuid));
        calls.IndexOf(Syscall.setgroups).Should().BeLessThan(calls.IndexOf(Syscall.setresgid));
        calls.IndexOf(Syscall.setresgid).Should().BeLessThan(calls.IndexOf(Syscall.setresuid));
        calls.IndexOf(Syscall.setresuid).Should().BeLessThan(calls.LastIndexOf(Syscall.capset));
        calls.IndexOf(Syscall.seccomp).Should().BeLessThan(calls.LastIndexOf(Syscall.capset));
    }

    [Fact]
    public void Compile_HostSources_AreOpenedBeforeTheRootChanges()
    {
        List<Syscall> calls = Run(DefaultContainer(), WillingKernel).Calls;

        calls.LastIndexOf(Syscall.open_tree).Should().BeLessThan(calls.IndexOf(Syscall.pivot_root));
    }

    [Theory]
    [InlineData("no command specified")]
    public void Compile_NoArguments_Fails(string message)
    {
        LaunchRequest request = DefaultContainer();
        request = request with { Spec = request.Spec with { Process = request.Spec.Process! with { Args = [] } } };
        Action compile = () => Compile(request, Host);

        compile.Should().Throw<ContainerRuntimeException>().WithMessage($"*{message}");
    }

    [Fact]
    public void Compile_WhatIsNotSupported_Fails()
    {
        Refused(static spec => spec with { Process = spec.Process! with { ApparmorProfile = "docker-default" } });
        Refused(static spec => spec with { Process = spec.Process! with { SelinuxLabel = "system_u:system_r:container_t:s0" } });
        Refused(static spec => spec with { Hooks = new SpecHooks() });
        Refused(static spec => spec with { Linux = spec.Linux! with { UidMappings = [new LinuxIdMapping { Size = 1 }] } });
        Refused(static spec => spec with { Linux = spec.Linux! with { Namespaces = [new LinuxNamespace { Type = "mount" }] } });
        Refused(static spec => spec with
        {
            Linux = spec.Linux! with { Namespaces = [.. DefaultSpec.Namespaces, new LinuxNamespace { Type = "time" }] },
        });
    }

    [Fact]
    public void Compile_NamespaceTwice_Fails()
    {
        LaunchRequest request = DefaultContainer();
        request = request with
        {
            Spec = request.Spec with { Linux = request.Spec.Linux! with { Namespaces = [.. DefaultSpec.Namespaces, DefaultSpec.Namespaces[0]] } },
        };
        Action compile = () => Compile(request, Host);

        compile.Should().Throw<ContainerRuntimeException>().Which.Kind.Should().Be(RuntimeErrorKind.InvalidInput);
    }

    private static void Refused(Func<RuntimeSpec, RuntimeSpec> change)
    {
        LaunchRequest request = DefaultContainer();
        Action compile = () => Compile(request with { Spec = change(request.Spec) }, Host);

        compile.Should().Throw<ContainerRuntimeException>().Which.Kind.Should().Be(RuntimeErrorKind.NotSupported);
    }

    // A second stage in which all goes well: no program is a directory.
    private static long WillingKernel(Syscall call, string? path) => call switch
    {
        Syscall.clone3 => 0,
        Syscall.faccessat when path!.EndsWith("/.", StringComparison.Ordinal) => -Errno.ENOENT,
        _ => 1,
    };

    private static LaunchPlan Compile(LaunchRequest request, LaunchHost host)
    {
        LaunchPlan plan = ContainerPlan.Compile(request, host, new byte[145 * 8]);
        PlanVerifier.Verify(plan);
        return plan;
    }

    private static StubSimulator Run(LaunchRequest request, Func<Syscall, string?, long> kernel) =>
        StubSimulator.Of(PlanEncoder.Encode(Compile(request, Host), arm64: false), kernel).Run();

    private static LaunchRequest DefaultContainer() => new()
    {
        Root = new Mount.Bind("/srv/root"),
        CgroupProcs = ["/sys/fs/cgroup/memory/box/cgroup.procs"],
        Spec = new RuntimeSpec
        {
            Hostname = "box",
            Mounts = [.. DefaultSpec.Mounts, Bind("/srv/hosts", "/etc/hosts"), Bind("/srv/data", "/var/lib/data", "ro")],
            Process = new SpecProcess
            {
                Args = ["true"],
                Env = ["PATH=/usr/bin:/bin", "HOME=/root"],
                Capabilities = new SpecCapabilities
                {
                    Bounding = DefaultSpec.Capabilities,
                    Effective = DefaultSpec.Capabilities,
                    Permitted = DefaultSpec.Capabilities,
                },
            },
            Linux = new LinuxSpec
            {
                Namespaces = DefaultSpec.Namespaces,
                MaskedPaths = [.. DefaultSpec.MaskedPaths.Where(static path => !path.Contains("thermal", StringComparison.Ordinal))],
                ReadonlyPaths = DefaultSpec.ReadonlyPaths,
            },
        },
    };

    private static LaunchRequest UserContainer()
    {
        LaunchRequest request = DefaultContainer();
        return request with
        {
            Spec = request.Spec with
            {
                Root = new SpecRoot { Path = "rootfs", Readonly = true },
                Domainname = "example",
                Process = request.Spec.Process! with
                {
                    Args = ["/bin/app", "--serve"],
                    Cwd = "/var/lib/app",
                    User = new SpecUser { Uid = 1000, Gid = 1001, AdditionalGids = [1001, 50], Umask = 0x3F },
                    Rlimits = [new SpecRlimit { Type = "RLIMIT_NOFILE", Soft = 1024, Hard = 4096 }],
                    OomScoreAdj = 100,
                    Capabilities = new SpecCapabilities
                    {
                        Bounding = DefaultSpec.Capabilities,
                        Permitted = ["CAP_NET_BIND_SERVICE"],
                        Effective = ["CAP_NET_BIND_SERVICE"],
                        Inheritable = ["CAP_NET_BIND_SERVICE"],
                        Ambient = ["CAP_NET_BIND_SERVICE"],
                    },
                },
                Linux = request.Spec.Linux! with
                {
                    Sysctl = new Dictionary<string, string> { ["net.ipv4.ip_unprivileged_port_start"] = "0" },
                    MaskedPaths = ["/proc/kcore", "/opt/secret"],
                    ReadonlyPaths = ["/proc/sys", "/opt/frozen"],
                },
            },
        };
    }

    private static SpecMount Bind(string source, string destination, params string[] options) =>
        new() { Source = source, Destination = destination, Type = "bind", Options = ["rbind", "rprivate", .. options] };
}
