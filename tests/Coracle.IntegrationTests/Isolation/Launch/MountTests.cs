using Coracle.Isolation.Launch;
using Coracle.Isolation.Spec;
using Coracle.TestSupport;

namespace Coracle.IntegrationTests.Isolation.Launch;

public sealed class MountTests(LaunchFixture fixture) : IClassFixture<LaunchFixture>, IDisposable
{
    private readonly TempDirectory _host = new();

    [Fact]
    public async Task Mounts_DefaultContainer_AreDockers()
    {
        RunResult result = await fixture.ShellAsync("cut -d' ' -f2-4 /proc/mounts | grep -v ' cgroup'");

        result.Output.Split('\n').Should().Contain([
            "/proc proc rw,nosuid,nodev,noexec,relatime",
            "/dev tmpfs rw,nosuid,size=65536k,mode=755",
            "/dev/pts devpts rw,nosuid,noexec,relatime,gid=5,mode=620,ptmxmode=666",
            "/dev/mqueue mqueue rw,nosuid,nodev,noexec,relatime",
            "/dev/shm tmpfs rw,nosuid,nodev,noexec,relatime,size=65536k",
            "/sys sysfs ro,nosuid,nodev,noexec,relatime",
        ]);
    }

    [Fact]
    public async Task Mounts_OfTheHost_AreOutOfSight()
    {
        RunResult result = await fixture.ShellAsync("wc -l < /proc/self/mountinfo; cat /proc/self/mountinfo");

        result.Output.Should().Contain(" / rw,relatime - ");
        int.Parse(result.Output.Split('\n')[0], null).Should().BeLessThan(40);
        result.Output.Split('\n')[1..^1].Select(static line => line.Split(' ')[4]).Should().AllSatisfy(
            static path => path.Should().MatchRegex("^(/|/(proc|sys|dev)(/.*)?)$"));
    }

    [Fact]
    public async Task Devices_Default_AreDockers()
    {
        RunResult result = await fixture.ShellAsync(
            "cd /dev; ls | tr '\\n' ' '; for d in null zero full random urandom tty; do stat -c '%n %F %a %t:%T' $d; done; for l in fd stdin ptmx; do readlink $l; done; echo lost > null; head -c 2 zero | od -An -tx1");

        result.Output.Should().Be("""
            core fd full mqueue null ptmx pts random shm stderr stdin stdout tty urandom zero null character special file 666 1:3
            zero character special file 666 1:5
            full character special file 666 1:7
            random character special file 666 1:8
            urandom character special file 666 1:9
            tty character special file 666 5:0
            /proc/self/fd
            /proc/self/fd/0
            pts/ptmx
             00 00

            """);
    }

    [Fact]
    public async Task Cgroups_Default_ShowTheContainersOwnAndReadOnly()
    {
        RunResult result = await fixture.ShellAsync("ls -d /sys/fs/cgroup/*; mkdir /sys/fs/cgroup/x 2>&1; for d in /sys/fs/cgroup/*/; do mkdir $d/x 2>&1; done; true");

        result.Status.IsSuccess.Should().BeTrue(result.Output);
        result.Output.Should().Contain("Read-only file system").And.NotContain("unified");
    }

    [Fact]
    public async Task MaskedPaths_Default_AreEmpty()
    {
        RunResult result = await fixture.ShellAsync("cat /proc/keys /proc/timer_list /proc/interrupts /proc/kcore 2>/dev/null; ls -A /sys/firmware; ls -A /proc/acpi 2>/dev/null; touch /sys/firmware/x 2>&1");

        result.Output.Should().Be("touch: /sys/firmware/x: Read-only file system\n");
    }

    [Fact]
    public async Task ReadonlyPaths_Default_CannotBeWritten()
    {
        RunResult result = await fixture.ShellAsync("echo 1 > /proc/sys/kernel/hostname; echo b > /proc/sysrq-trigger; echo 1 > /proc/irq/default_smp_affinity");

        result.Output.Should().NotBeEmpty();
        result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Should().AllSatisfy(
            static line => line.Should().Match(text => text.Contains("Read-only") || text.Contains("nonexistent")));
    }

    [Fact]
    public async Task Paths_OfTheImage_CanBeMaskedAndProtected()
    {
        Directory.CreateDirectory(fixture.Root.In("opt/secrets"));
        await File.WriteAllTextAsync(fixture.Root.In("opt/secrets/key"), "key", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(fixture.Root.In("opt/secret"), "secret", TestContext.Current.CancellationToken);
        Directory.CreateDirectory(fixture.Root.In("opt/frozen"));

        RunResult result = await fixture.RunAsync(fixture.Shell(
            "ls -A /opt/secrets; cat /opt/secret; touch /opt/frozen/x; touch /opt/free",
            linux: static linux => linux with
            {
                MaskedPaths = ["/opt/secrets", "/opt/secret", "/opt/missing"], ReadonlyPaths = ["/opt/frozen", "/opt/missing"],
            }));

        result.Output.Should().Be("touch: /opt/frozen/x: Read-only file system\n");
    }

    [Fact]
    public async Task Bind_Directory_IsSharedWithTheHost()
    {
        _host.WriteFile("data/in", "in");

        RunResult result = await fixture.RunAsync(fixture.ShellWithMounts(
            "cat /new/mount/point/in; echo out > /new/mount/point/out", LaunchFixture.Bind(_host["data"], "/new/mount/point")));

        result.Output.Should().Be("in");
        File.ReadAllText(_host["data/out"]).Should().Be("out\n");
    }

    [Fact]
    public async Task Bind_ReadOnly_CannotBeWritten()
    {
        _host.CreateDirectory("data");

        RunResult result = await fixture.RunAsync(fixture.ShellWithMounts(
            "touch /data/x", LaunchFixture.Bind(_host["data"], "/data", "ro")));

        result.Output.Should().Be("touch: /data/x: Read-only file system\n");
    }

    [Fact]
    public async Task Bind_File_MakesItsMountPoint()
    {
        RunResult result = await fixture.RunAsync(fixture.ShellWithMounts(
            "cat /etc/hosts /a/b/c", LaunchFixture.Bind(_host.WriteFile("hosts", "h"), "/etc/hosts"),
            LaunchFixture.Bind(_host.WriteFile("c", "c"), "/a/b/c")));

        result.Output.Should().Be("hc");
    }

    [Fact]
    public async Task Bind_BehindLinkOfTheImage_LandsInTheRoot()
    {
        // /var/run -> ../run, and an absolute one that on the host would lead to the host's directory.
        File.CreateSymbolicLink(fixture.Root.In("absolute"), "/tmp/inner");
        Directory.CreateDirectory(fixture.Root.In("tmp/inner"));

        RunResult result = await fixture.RunAsync(fixture.ShellWithMounts(
            "cat /run/app/file /tmp/inner/deep/file",
            LaunchFixture.Bind(_host.CreateDirectory("data"), "/var/run/app"),
            LaunchFixture.Bind(Path.GetDirectoryName(_host.WriteFile("data/file", "x"))!, "/absolute/deep")));

        result.Output.Should().Be("xx");
        Directory.Exists("/tmp/inner").Should().BeFalse("nothing is made on the host");
    }

    [Fact]
    public async Task Bind_OnDanglingLink_ReplacesIt()
    {
        File.CreateSymbolicLink(fixture.Root.In("etc/resolv.conf"), "../run/systemd/resolve/stub-resolv.conf");

        RunResult result = await fixture.RunAsync(fixture.ShellWithMounts(
            "cat /etc/resolv.conf", LaunchFixture.Bind(_host.WriteFile("resolv.conf", "nameserver 192.0.2.1"), "/etc/resolv.conf")));

        result.Output.Should().Be("nameserver 192.0.2.1");
    }

    [Theory]
    [InlineData("proc")]
    [InlineData("sys")]
    [InlineData("dev")]
    public async Task Root_KernelDirectoryIsALink_IsRefused(string directory)
    {
        Directory.Delete(fixture.Root.In(directory));
        File.CreateSymbolicLink(fixture.Root.In(directory), "/tmp");
        try
        {
            Func<Task> start = () => fixture.ShellAsync("true");

            (await start.Should().ThrowAsync<ContainerRuntimeException>())
                .WithMessage($"start container: open mount point: /{directory}: Too many levels of symbolic links");
        }
        finally
        {
            File.Delete(fixture.Root.In(directory));
            Directory.CreateDirectory(fixture.Root.In(directory));
        }
    }

    [Fact]
    public async Task Root_WithoutAnyDirectory_IsFilled()
    {
        foreach (string directory in (string[])["proc", "sys", "dev"])
            Directory.Delete(fixture.Root.In(directory));

        RunResult result = await fixture.ShellAsync("ls /proc/self/exe /sys/class /dev/null > /dev/null; echo $?");

        result.Output.Should().Be("0\n");
    }

    [Fact]
    public async Task Root_ReadOnly_CannotBeWrittenButItsVolumesCan()
    {
        LaunchRequest request = fixture.ShellWithMounts(
            "touch /x; touch /data/x && touch /dev/shm/x && echo fine", LaunchFixture.Bind(_host.CreateDirectory("data"), "/data"));
        request = request with { Spec = request.Spec with { Root = new SpecRoot { Path = "rootfs", Readonly = true } } };

        RunResult result = await fixture.RunAsync(request);

        result.Output.Should().Be("touch: /x: Read-only file system\nfine\n");
    }

    [Fact]
    public async Task Tmpfs_WithOptions_HasThem()
    {
        RunResult result = await fixture.RunAsync(fixture.ShellWithMounts(
            "grep ' /run ' /proc/mounts; stat -c %a /run",
            new SpecMount { Destination = "/run", Type = "tmpfs", Source = "tmpfs", Options = ["nosuid", "noexec", "mode=1770", "size=128k"] }));

        result.Output.Should().Be("tmpfs /run tmpfs rw,nosuid,noexec,relatime,size=128k,mode=1770 0 0\n1770\n");
    }

    [Theory]
    [InlineData("relative", "/data", "the source of a bind mount must be an absolute path")]
    [InlineData("/tmp", "data", "the destination must be an absolute path")]
    [InlineData("/tmp", "/", "the root can't be mounted over")]
    [InlineData("/tmp", "/a/..", "the root can't be mounted over")]
    public async Task Mount_Malformed_IsRefused(string source, string destination, string reason)
    {
        Func<Task> start = () => fixture.RunAsync(fixture.ShellWithMounts("true", LaunchFixture.Bind(source, destination)));

        (await start.Should().ThrowAsync<ContainerRuntimeException>()).WithMessage($"mount {destination}: {reason}")
            .Which.Kind.Should().Be(RuntimeErrorKind.InvalidInput);
    }

    public void Dispose() => _host.Dispose();
}
