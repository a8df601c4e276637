using Coracle.Isolation.Launch;
using Coracle.Isolation.Spec;
using Coracle.Kernel.Mounts;
using Coracle.TestSupport;

namespace Coracle.IntegrationTests.Isolation.Launch;

public sealed class FailureTests(LaunchFixture fixture) : IClassFixture<LaunchFixture>
{
    [Fact]
    public async Task Start_BindSourceMissing_SaysWhich()
    {
        Func<Task> start = () => fixture.RunAsync(fixture.ShellWithMounts("true", LaunchFixture.Bind("/no/such/source", "/data")));

        (await start.Should().ThrowAsync<ContainerRuntimeException>())
            .WithMessage("start container: open bind source: /no/such/source: No such file or directory")
            .Which.Kind.Should().Be(RuntimeErrorKind.NotFound);
    }

    [Fact]
    public async Task Start_RootMissing_SaysWhich()
    {
        Func<Task> start = () => fixture.RunAsync(fixture.Request("/bin/true") with { Root = new Mount.Bind("/no/such/root") });

        (await start.Should().ThrowAsync<ContainerRuntimeException>())
            .WithMessage("start container: open root: /no/such/root: No such file or directory");
    }

    [Fact]
    public async Task Start_CgroupMissing_SaysWhich()
    {
        Func<Task> start = () => fixture.RunAsync(fixture.Request("/bin/true") with { CgroupProcs = ["/sys/fs/cgroup/none/cgroup.procs"] });

        (await start.Should().ThrowAsync<ContainerRuntimeException>())
            .WithMessage("start container: open: /sys/fs/cgroup/none/cgroup.procs: No such file or directory");
    }

    [Fact]
    public async Task Start_LimitRaisedWithoutPrivilege_SaysWhatItNeeds()
    {
        ulong hard = Coracle.Isolation.Capabilities.HostCapabilities.Read().Permitted.Contains(24) ? 0 : ulong.MaxValue;
        Prerequisite.Require(hard != 0, "no CAP_SYS_RESOURCE", "a host without CAP_SYS_RESOURCE");
        Func<Task> start = () => fixture.RunAsync(fixture.Shell("true", static process => process with
        {
            Rlimits = [new SpecRlimit { Type = "RLIMIT_NOFILE", Soft = 1024, Hard = 1 << 30 }],
        }));

        (await start.Should().ThrowAsync<ContainerRuntimeException>())
            .WithMessage("start container: set limit: RLIMIT_NOFILE: Operation not permitted (raising a hard limit needs CAP_SYS_RESOURCE on the host)")
            .Which.Kind.Should().Be(RuntimeErrorKind.Denied);
    }

    [Fact]
    public async Task Start_UnknownTmpfsOption_SaysWhichMount()
    {
        Func<Task> start = () => fixture.RunAsync(fixture.ShellWithMounts(
            "true", new SpecMount { Destination = "/run", Type = "tmpfs", Source = "tmpfs", Options = ["colour=red"] }));

        (await start.Should().ThrowAsync<ContainerRuntimeException>())
            .WithMessage("start container: mount tmpfs: /run: Invalid argument");
    }

    [Fact]
    public async Task Start_InvalidFilter_Fails()
    {
        LaunchRequest request = fixture.Shell("true", linux: static linux => linux with
        {
            Seccomp = new LinuxSeccomp { DefaultAction = "SCMP_ACT_NONSENSE" },
        });
        Func<Task> start = () => fixture.StartAsync(request);

        await start.Should().ThrowAsync<ContainerRuntimeException>();
    }

    [Fact]
    public async Task Start_FilterThatKillsTheExec_IsAProgramThatWasKilled()
    {
        LaunchRequest request = fixture.Shell("true", linux: static linux => linux with
        {
            Seccomp = new LinuxSeccomp
            {
                DefaultAction = "SCMP_ACT_ALLOW",
                Syscalls = [new LinuxSyscall { Names = ["execve"], Action = "SCMP_ACT_KILL_PROCESS" }],
            },
        });

        RunResult result = await fixture.RunAsync(request);

        result.Status.Signal.Should().Be(new Signal(31));
    }
}
