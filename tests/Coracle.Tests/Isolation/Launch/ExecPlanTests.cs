using Coracle.Isolation.Capabilities;
using Coracle.Isolation.Launch;
using Coracle.Isolation.Launch.Planning;
using Coracle.Isolation.Rootfs;
using Coracle.Isolation.Spec;
using Coracle.Kernel.Errors;
using Coracle.Kernel.Handles;
using Coracle.Kernel.Interop;
using Coracle.Tests.Isolation.Launch.Planning;
using Coracle.TestSupport;

namespace Coracle.Tests.Isolation.Launch;

public sealed class ExecPlanTests
{
    private const int Child = 77;

    private static readonly LaunchHost Host = new(
        new HostCapabilities(new CapabilitySet(0x1ffffffffff), 40), new RootfsHost(HasFirmware: true, []));

    [Theory]
    [InlineData("exec-root")]
    [InlineData("exec-user")]
    [InlineData("exec-terminal")]
    public void Compile_Exec_IsTheGoldenListing(string name)
    {
        string listing = PlanListing.Of(Compile(Request(name)));
        string golden = Repository.PathOf("tests", "Coracle.Tests", "Isolation", "Launch", "Golden", name + ".txt");
        if (Environment.GetEnvironmentVariable("CORACLE_WRITE_GOLDEN") == "1")
            File.WriteAllText(golden, listing);

        listing.Should().Be(File.ReadAllText(golden), "if the change is meant, CORACLE_WRITE_GOLDEN=1 writes the file");
    }

    [Theory]
    [InlineData("exec-root")]
    [InlineData("exec-user")]
    [InlineData("exec-terminal")]
    public void Compile_SecondStage_IsBornWithoutPrivileges(string name)
    {
        List<Syscall> calls = Run(name, SecondStage).Calls;
        int birth = calls.IndexOf(Syscall.clone);

        calls.IndexOf(Syscall.setns).Should().BeLessThan(calls.IndexOf(Syscall.setresuid));
        calls.LastIndexOf(Syscall.setresuid).Should().BeLessThan(birth);
        calls.LastIndexOf(Syscall.capset).Should().BeLessThan(birth);
        calls.Skip(birth + 1).Should().BeSubsetOf(
            [Syscall.write, Syscall.setsid, Syscall.ioctl, Syscall.seccomp, Syscall.execve], "nothing there needs a privilege");
        calls[^1].Should().Be(Syscall.execve);
    }

    [Fact]
    public void Compile_ControlGroups_AreJoinedBeforeTheNamespaces()
    {
        List<Syscall> calls = Run("exec-root", SecondStage).Calls;

        calls.IndexOf(Syscall.openat).Should().BeLessThan(calls.IndexOf(Syscall.setns), "their paths are the host's");
    }

    [Fact]
    public void Compile_FirstStage_ReportsAndEnds() =>
        Run("exec-root", static (call, path) => call == Syscall.clone ? Child : SecondStage(call, path)).Calls
            .Should().EndWith([Syscall.clone, Syscall.write, Syscall.exit_group]);

    [Fact]
    public void Compile_Filter_IsSetOnce()
    {
        // With no_new_privs by the second stage, which needs no privilege for it; without, by the first, which has one.
        List<Syscall> without = Run("exec-root", SecondStage).Calls;
        List<Syscall> with = Run("exec-user", SecondStage).Calls;

        without.Count(static call => call == Syscall.seccomp).Should().Be(1);
        without.IndexOf(Syscall.seccomp).Should().BeLessThan(without.IndexOf(Syscall.clone));
        with.Count(static call => call == Syscall.seccomp).Should().Be(1);
        with.IndexOf(Syscall.seccomp).Should().BeGreaterThan(with.IndexOf(Syscall.clone));
    }

    [Fact]
    public void Compile_WithoutPidNamespace_Fails()
    {
        ExecRequest request = Request("exec-root");
        request = request with { Container = request.Container with { Linux = new LinuxSpec { Namespaces = [] } } };
        Action compile = () => Compile(request);

        compile.Should().Throw<ContainerRuntimeException>().Which.Kind.Should().Be(RuntimeErrorKind.NotSupported);
    }

    // All goes well: no program is a directory.
    private static long SecondStage(Syscall call, string? path) => call switch
    {
        Syscall.clone => 0,
        Syscall.faccessat when path!.EndsWith("/.", StringComparison.Ordinal) => -Errno.ENOENT,
        _ => 1,
    };

    private static LaunchPlan Compile(ExecRequest request)
    {
        LaunchPlan plan = ExecPlan.Compile(request, Host, new byte[145 * 8]);
        PlanVerifier.Verify(plan);
        return plan;
    }

    private static StubSimulator Run(string name, Func<Syscall, string?, long> kernel) =>
        StubSimulator.Of(PlanEncoder.Encode(Compile(Request(name)), arm64: false), kernel).Run();

    private static ExecRequest Request(string name)
    {
        SpecProcess process = new()
        {
            Args = ["ls", "-l"],
            Env = ["PATH=/usr/bin:/bin", "HOME=/root"],
            Capabilities = new SpecCapabilities
            {
                Bounding = DefaultSpec.Capabilities,
                Effective = DefaultSpec.Capabilities,
                Permitted = DefaultSpec.Capabilities,
            },
        };
        return new ExecRequest
        {
            Container = new RuntimeSpec { Linux = new LinuxSpec { Namespaces = DefaultSpec.Namespaces } },
            InitProcess = new FileDescriptor(-1),
            CgroupProcs = ["/sys/fs/cgroup/memory/box/cgroup.procs"],
            Process = name switch
            {
                "exec-user" => process with
                {
                    User = new SpecUser { Uid = 1000, Gid = 1001, AdditionalGids = [1001, 50] },
                    NoNewPrivileges = true,
                    OomScoreAdj = 100,
                    Cwd = "/var/lib/app",
                    Capabilities = new SpecCapabilities { Bounding = DefaultSpec.Capabilities },
                    Rlimits = [new SpecRlimit { Type = "RLIMIT_NOFILE", Soft = 1024, Hard = 4096 }],
                },
                "exec-terminal" => process with { Terminal = true, ConsoleSize = new SpecConsoleSize { Width = 100, Height = 30 } },
                _ => process,
            },
        };
    }
}
