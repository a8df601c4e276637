using Coracle.Isolation.Launch;
using Coracle.Isolation.Spec;

namespace Coracle.IntegrationTests.Isolation.Launch;

public sealed class ProcessTests(LaunchFixture fixture) : IClassFixture<LaunchFixture>
{
    private const string Status = "grep -E '^(Cap|Seccomp:|NoNewPrivs|Sig(Blk|Ign))' /proc/self/status | tr '\\t\\n' '  '";

    [Fact]
    public async Task Process_Default_HasDockersPrivileges()
    {
        RunResult result = await fixture.ShellAsync("exec " + Status);

        result.Output.Should().Be(
            "SigBlk: 0000000000000000 SigIgn: 0000000000000000 CapInh: 0000000000000000 CapPrm: 00000000a80425fb CapEff: 00000000a80425fb "
            + "CapBnd: 00000000a80425fb CapAmb: 0000000000000000 NoNewPrivs: 0 Seccomp: 2 ");
    }

    [Fact]
    public async Task Process_AsUser_HasIdsAndNoCapabilities()
    {
        RunResult result = await fixture.RunAsync(fixture.Shell("id; umask; " + Status, static process => process with
        {
            User = new SpecUser { Uid = 1000, Gid = 1000, AdditionalGids = [1000, 44], Umask = 0x3F },
            Capabilities = new SpecCapabilities { Bounding = DefaultSpec.Capabilities },
        }));

        result.Output.Should().StartWith("uid=1000(user) gid=1000(user) groups=44,1000(user)\n0077\n")
            .And.Contain("CapPrm: 0000000000000000 CapEff: 0000000000000000 CapBnd: 00000000a80425fb");
    }

    [Fact]
    public async Task Process_AsUserWithAmbient_KeepsIt()
    {
        string[] bind = ["CAP_NET_BIND_SERVICE"];

        RunResult result = await fixture.RunAsync(fixture.Shell(Status, process => process with
        {
            User = new SpecUser { Uid = 1000, Gid = 1000 },
            Capabilities = new SpecCapabilities { Bounding = bind, Permitted = bind, Effective = bind, Inheritable = bind, Ambient = bind },
        }));

        result.Output.Should().Contain("CapEff: 0000000000000400 CapBnd: 0000000000000400 CapAmb: 0000000000000400");
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(true, 1000)]
    [InlineData(false, 1000)]
    public async Task Process_NoNewPrivileges_IsSetIfAsked(bool asked, int uid)
    {
        RunResult result = await fixture.RunAsync(fixture.Shell(Status, process => process with
        {
            NoNewPrivileges = asked, User = new SpecUser { Uid = (uint)uid },
        }));

        result.Output.Should().Contain($"NoNewPrivs: {(asked ? 1 : 0)} Seccomp: 2 ");
    }

    [Fact]
    public async Task Process_AsUser_CanOpenItsOutputByName()
    {
        RunResult result = await fixture.RunAsync(fixture.Shell(
            "echo out > /dev/stdout; echo err > /proc/self/fd/2", static process => process with { User = new SpecUser { Uid = 1000 } }));

        result.Output.Should().Be("out\nerr\n");
    }

    [Fact]
    public async Task Process_WithoutStreams_HasItsOwnNullDevice()
    {
        // Through the host's node, root in the container could change the mode of the host's /dev/null.
        RunResult result = await fixture.ShellAsync("stat -L -c '%d' /dev /proc/self/fd/0 | uniq | wc -l");

        result.Output.Should().Be("1\n");
    }

    [Theory]
    [InlineData("/tmp")]
    [InlineData("/not/there/yet")]
    [InlineData("/var/run/deep")]
    [InlineData("/root")]
    public async Task WorkingDirectory_IsEnteredAndMade(string directory)
    {
        RunResult result = await fixture.RunAsync(fixture.Shell("pwd -P", process => process with { Cwd = directory }));

        result.Output.Should().Be(directory.Replace("/var/run", "/run", StringComparison.Ordinal) + "\n");
    }

    [Fact]
    public async Task WorkingDirectory_ClosedToTheUser_IsEnteredAllTheSame()
    {
        Directory.CreateDirectory(fixture.Root.In("closed"), (UnixFileMode)0x1C0);

        RunResult result = await fixture.RunAsync(fixture.Shell(
            "readlink /proc/self/cwd", static process => process with { Cwd = "/closed", User = new SpecUser { Uid = 1000 } }));

        result.Output.Should().Be("/closed\n");
    }

    [Theory]
    [InlineData("/proc/self/fd/3")]
    [InlineData("/proc/self/fd/4")]
    [InlineData("/proc/self/fd/9/../../../..")]
    [InlineData("/proc/self/root")]
    [InlineData("/link")]
    public async Task WorkingDirectory_ThroughDescriptor_IsRefused(string directory)
    {
        // The way of CVE-2024-21626.
        File.Delete(fixture.Root.In("link"));
        File.CreateSymbolicLink(fixture.Root.In("link"), "/proc/self/fd/4");
        Func<Task> start = () => fixture.RunAsync(fixture.Shell("pwd", process => process with { Cwd = directory }));

        await start.Should().ThrowAsync<ContainerRuntimeException>();
    }

    [Fact]
    public async Task Limits_AreSet()
    {
        RunResult result = await fixture.RunAsync(fixture.Shell("ulimit -n; ulimit -Hn; ulimit -c", static process => process with
        {
            Rlimits =
            [
                new SpecRlimit { Type = "RLIMIT_NOFILE", Soft = 100, Hard = 200 },
                new SpecRlimit { Type = "RLIMIT_CORE", Soft = 0, Hard = 0 },
            ],
        }));

        result.Output.Should().Be("100\n200\n0\n");
    }

    [Fact]
    public async Task Limits_TinyNumberOfFiles_DoesNotHinderTheStart()
    {
        RunResult result = await fixture.RunAsync(fixture.Shell("ulimit -n", static process => process with
        {
            Rlimits = [new SpecRlimit { Type = "RLIMIT_NOFILE", Soft = 8, Hard = 8 }],
        }));

        result.Output.Should().Be("8\n");
    }

    [Fact]
    public async Task OomScore_IsSet()
    {
        RunResult result = await fixture.RunAsync(fixture.Shell(
            "cat /proc/self/oom_score_adj", static process => process with { OomScoreAdj = 500 }));

        result.Output.Should().Be("500\n");
    }

    [Fact]
    public async Task Parameters_OfOwnNamespaces_AreSet()
    {
        RunResult result = await fixture.RunAsync(fixture.Shell(
            "cat /proc/sys/net/ipv4/ip_unprivileged_port_start /proc/sys/kernel/shmmni",
            linux: static linux => linux with
            {
                Sysctl = new Dictionary<string, string> { ["net.ipv4.ip_unprivileged_port_start"] = "80", ["kernel.shmmni"] = "77" },
            }));

        result.Output.Should().Be("80\n77\n");
    }

    [Fact]
    public async Task Names_AreSet()
    {
        LaunchRequest request = fixture.Shell("hostname; cat /proc/sys/kernel/domainname");

        RunResult result = await fixture.RunAsync(request with { Spec = request.Spec with { Domainname = "example" } });

        result.Output.Should().Be("box\nexample\n");
    }

    [Fact]
    public async Task Network_Own_HasLoopbackAlone()
    {
        RunResult result = await fixture.ShellAsync("ls /sys/class/net; ifconfig lo | grep -c -E 'UP LOOPBACK RUNNING|127.0.0.1'");

        result.Output.Should().Be("lo\n2\n");
    }

    [Fact]
    public async Task Network_OfTheHost_IsTheHosts()
    {
        RunResult result = await fixture.RunAsync(fixture.Shell("readlink /proc/self/ns/net", linux: static linux => linux with
        {
            Namespaces = [.. linux.Namespaces.Where(static ns => ns.Type != LinuxNamespaceType.Network)],
        }));

        result.Output.TrimEnd().Should().Be(new FileInfo("/proc/self/ns/net").LinkTarget);
    }

    [Fact]
    public async Task Network_OfAnotherContainer_IsJoined()
    {
        using ContainerProcess other = await fixture.StartAsync(fixture.Request("/bin/sleep", "1000"));
        string path = $"/proc/{other.Pid}/ns/net";
        string expected = new FileInfo(path).LinkTarget!;

        RunResult result = await fixture.RunAsync(fixture.Shell("readlink /proc/self/ns/net", linux: linux => linux with
        {
            Namespaces =
            [
                .. linux.Namespaces.Where(static ns => ns.Type != LinuxNamespaceType.Network),
                new LinuxNamespace { Type = LinuxNamespaceType.Network, Path = path },
            ],
        }));
        other.Signal(Signal.Kill);
        await other.Exited;

        result.Output.TrimEnd().Should().Be(expected);
    }

    [Fact]
    public async Task Process_IsFirstInItsNamespaceAndLeadsItsSession()
    {
        RunResult result = await fixture.ShellAsync("echo $$; cut -d' ' -f4-6 /proc/self/stat; exec 2>&1; ls /proc | grep -c '^[0-9]'");

        result.Output.Should().MatchRegex("^1\n1 1 1\n[1-3]\n$");
    }
}
