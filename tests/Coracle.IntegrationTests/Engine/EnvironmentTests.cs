using Coracle.TestSupport;

namespace Coracle.IntegrationTests.Engine;

/// <summary>What a program finds inside.</summary>
public sealed class EnvironmentTests(FixtureRegistry registry) : EngineTest(registry)
{
    [Fact]
    public async Task Environment_Default_IsDockers()
    {
        string[] variables = (await OutputAsync(Shell("env"))).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        variables.Should().Contain(v => v.StartsWith("PATH=", StringComparison.Ordinal))
            .And.Contain("HOME=/root")
            .And.Contain(v => v.StartsWith("HOSTNAME=", StringComparison.Ordinal));
        variables.Should().NotContain(v => v.StartsWith("DOTNET", StringComparison.Ordinal), "the host's environment is not the container's");
    }

    [Fact]
    public async Task User_ByNameAndGroup_IsResolvedInTheImage() =>
        (await OutputAsync(Shell("id -u; id -g; id -G; touch /x 2>&1 || true") with { User = "nobody:root", AdditionalGroups = ["7"] }))
            .Should().MatchRegex(@"\A\d+\n0\n[\d ]*\b7\b[\d ]*\n.*Permission denied");

    [Fact]
    public async Task User_Unknown_FailsWithDockersPhrase() =>
        await FluentActions.Awaiting(() => RunAsync(Shell("true") with { User = "ghost" }))
            .Should().ThrowAsync<ContainerRuntimeException>()
            .WithMessage("*unable to find user ghost: no matching entries in passwd file*");

    [Fact]
    public async Task WorkingDirectory_Missing_IsMade() =>
        (await OutputAsync(Shell("pwd") with { WorkingDirectory = "/deep/down" })).Should().Be("/deep/down\n");

    [Fact]
    public async Task HostName_Default_IsTheShortIdAndResolves()
    {
        await using IContainer container = await Runtime.Containers.RunAsync(Shell("hostname; cat /etc/hostname; grep -c $(hostname) /etc/hosts"), Token);
        await container.WaitAsync(Token);
        (await container.ReadToEndAsync(OutputStream.StandardOutput, Token))
            .Should().Be($"{container.Id.Short}\n{container.Id.Short}\n1\n");
    }

    [Fact]
    public async Task ExtraHosts_AreInHosts() =>
        (await OutputAsync(Shell("cat /etc/hosts") with { ExtraHosts = new Dictionary<string, string> { ["db"] = "10.9.8.7" } }))
            .Should().Contain("10.9.8.7\tdb\n");

    [Fact]
    public async Task Network_None_HasLoopbackOnly() =>
        (await OutputAsync(Shell("ls /sys/class/net; cat /sys/class/net/lo/operstate; ping -c1 127.0.0.1 >/dev/null && echo up")))
            .Should().Be("lo\nunknown\nup\n");

    [Fact]
    public async Task Network_Host_IsTheHosts() =>
        (await OutputAsync(Shell("readlink /proc/self/ns/net") with { Network = NetworkMode.Host }))
            .Trim().Should().Be(File.ResolveLinkTarget("/proc/self/ns/net", false)!.Name);

    [Fact]
    public async Task Ulimit_IsSet() =>
        (await OutputAsync(Shell("ulimit -n") with { Ulimits = [new Ulimit("nofile", 100, 200)] })).Should().Be("100\n");

    [Fact]
    public async Task Processes_FirstOneIsTheProgram_AndNoOtherShows() =>
        (await OutputAsync(Shell("echo $$; ls /proc | grep -c '^[0-9]'"))).Should().StartWith("1\n");

    [Fact]
    public async Task Isolation_WhatContainersMustNotDo_Fails()
    {
        string output = await OutputAsync(Shell(
            """
            mount -t tmpfs x /mnt 2>/dev/null && echo mount
            echo b > /proc/sysrq-trigger 2>/dev/null && echo sysrq
            echo x > /proc/sys/kernel/hostname 2>/dev/null && echo sysctl
            head -c1 /proc/kcore 2>/dev/null | grep -q . && echo kcore
            mknod /tmp/sda b 8 0 2>/dev/null && head -c1 /tmp/sda 2>/dev/null | grep -q . && echo disk
            unshare -U true 2>/dev/null && echo userns
            echo 1 > /sys/fs/cgroup/memory/cgroup.procs 2>/dev/null && echo cgroup
            touch /sys/x 2>/dev/null && echo sysfs
            grep -E 'CapEff|Seccomp:' /proc/self/status | tr -s '\t\n' ' '
            """));
        output.Trim().Should().Be("CapEff: 00000000a80425fb Seccomp: 2");
    }

    [Fact]
    public async Task NoNewPrivileges_IsSet() =>
        (await OutputAsync(Shell("grep NoNewPrivs /proc/self/status") with { NoNewPrivileges = true })).Should().Contain("\t1");

    [Fact]
    public async Task Mounts_BindVolumeAndTmpfs_AreThere()
    {
        using TempDirectory host = new();
        File.WriteAllText(Path.Combine(host.Path, "file"), "from the host");
        ContainerSpec spec = Shell("cat /bind/file; touch /bind/x 2>/dev/null && echo wrote; echo kept > /volume/file; df -k /scratch | tail -1 | awk '{print $2}'") with
        {
            Mounts =
            [
                new BindMount(host.Path, "/bind") { ReadOnly = true },
                new VolumeMount("data", "/volume"),
                new TmpfsMount("/scratch") { Size = 1 << 20 },
            ],
        };
        (await OutputAsync(spec)).Should().Be("from the host1024\n");
        (await OutputAsync(Shell("cat /volume/file") with { Mounts = [new VolumeMount("data", "/volume")] })).Should().Be("kept\n");

        (await Runtime.Volumes.ListAsync(Token)).Should().ContainSingle().Which.Name.Should().Be("data");
        await Runtime.Volumes.RemoveAsync("data", Token);
        (await Runtime.Volumes.ListAsync(Token)).Should().BeEmpty();
    }

    [Fact]
    public async Task Mount_BindSourceMissing_IsRefusedBeforeAnythingIsMade() =>
        await FluentActions.Awaiting(() => RunAsync(Shell("true") with { Mounts = [new BindMount("/no/such/path", "/x")] }))
            .Should().ThrowAsync<ContainerRuntimeException>().WithMessage("*bind source path does not exist: /no/such/path*");
}
