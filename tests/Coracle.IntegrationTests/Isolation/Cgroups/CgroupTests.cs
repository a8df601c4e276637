using System.Diagnostics;
using Coracle.Isolation.Cgroups;
using Coracle.Isolation.Spec;
using Coracle.Kernel.Bpf;
using Coracle.TestSupport;

namespace Coracle.IntegrationTests.Isolation.Cgroups;

/// <summary>Control groups of this host, whatever its layout.</summary>
public sealed class CgroupTests
{
    private const long MiB = 1 << 20;

    private readonly string _id = $"test-{Guid.NewGuid():N}";
    private readonly CgroupManager _manager = CgroupManager.Open();

    public CgroupTests() => Prerequisite.RequireRoot();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Create_EmptyGroup_IsRemovedWithoutARest()
    {
        Prerequisite.RequireCgroups("memory");

        Cgroup cgroup = _manager.Create(_id, new LinuxResources { Devices = DefaultSpec.DeviceRules });

        cgroup.Directories.Should().NotBeEmpty().And.OnlyContain(static directory => Directory.Exists(directory));
        await cgroup.RemoveAsync(Cancellation);
        cgroup.Directories.Should().OnlyContain(static directory => !Directory.Exists(directory));
        _manager.Find(_id).Should().BeNull();
    }

    [Fact]
    public async Task MemoryLimit_Passed_ProcessIsKilledAndThatIsKnown()
    {
        Prerequisite.RequireCgroups("memory");
        Cgroup cgroup = _manager.Create(_id, new LinuxResources { Memory = new LinuxMemory { Limit = 16 * MiB, Swap = 32 * MiB } });
        try
        {
            cgroup.WasOomKilled().Should().BeFalse();
            ToolResult result = await RunInAsync(cgroup, "exec tail /dev/zero");

            result.ExitCode.Should().Be(137);
            cgroup.WasOomKilled().Should().BeTrue();
        }
        finally
        {
            await cgroup.RemoveAsync(Cancellation);
        }
    }

    [Fact]
    public async Task PidsLimit_Passed_ForkFails()
    {
        Prerequisite.RequireCgroups("pids");
        Cgroup cgroup = _manager.Create(_id, new LinuxResources { Pids = new LinuxPids { Limit = 2 } });
        try
        {
            ToolResult result = await RunInAsync(cgroup, "sleep 0 | sleep 0 | sleep 0");

            result.ExitCode.Should().NotBe(0);
            result.Error.Should().ContainEquivalentOf("fork");
        }
        finally
        {
            await cgroup.RemoveAsync(Cancellation);
        }
    }

    [Fact]
    public async Task CpuLimits_AreTakenByTheKernel()
    {
        Prerequisite.RequireCgroups("cpu");
        Cgroup cgroup = _manager.Create(_id, new LinuxResources
        {
            Cpu = new LinuxCpu { Quota = 50_000, Period = 100_000, Shares = 512 },
        });
        try
        {
            string[] values = [.. cgroup.Directories.SelectMany(static directory => Directory.GetFiles(directory))
                .Where(static file => Path.GetFileName(file) is "cpu.cfs_quota_us" or "cpu.max")
                .Select(File.ReadAllText)];
            values.Should().ContainSingle().Which.Should().StartWith("50000");
            (await RunInAsync(cgroup, "echo fine")).Output.Should().Be("fine\n", "a process can join");
        }
        finally
        {
            await cgroup.RemoveAsync(Cancellation);
        }
    }

    [Fact]
    public async Task DeviceRules_Default_LetUseTheFewOnly()
    {
        Prerequisite.Require(_manager.RestrictsDevices, "devices", "control groups that restrict devices");
        Prerequisite.Require(File.Exists("/dev/kmsg"), "kmsg", "/dev/kmsg");
        Cgroup cgroup = _manager.Create(_id, new LinuxResources { Devices = DefaultSpec.DeviceRules });
        try
        {
            ToolResult result = await RunInAsync(
                cgroup,
                "head -c1 /dev/zero | wc -c; (: < /dev/kmsg) && echo opened; mknod /tmp/$$ b 8 0 && echo made; rm -f /tmp/$$");

            result.Output.Should().Be("1\nmade\n");
            result.Error.Should().Contain("kmsg: Operation not permitted");
        }
        finally
        {
            await cgroup.RemoveAsync(Cancellation);
        }
    }

    [Fact]
    public async Task DeviceProgram_OnAGroupOfVersion2_IsTakenAndHolds()
    {
        string? root = File.ReadLines("/proc/self/mountinfo")
            .Where(static line => line.Contains(" - cgroup2 ") && !line.Contains(" ro,"))
            .Select(static line => line.Split(' ')[4]).FirstOrDefault();
        Prerequisite.Require(root is not null, "cgroup2", "a mounted hierarchy of version 2");
        Prerequisite.Require(File.Exists("/dev/kmsg"), "kmsg", "/dev/kmsg");
        string group = Directory.CreateDirectory($"{root}/{_id}").FullName;
        try
        {
            CgroupDevices.Attach(group, DefaultSpec.DeviceRules);

            ToolResult result = await RunAsync([$"{group}/cgroup.procs"], "echo x > /dev/null && echo null; (: < /dev/kmsg) && echo opened");

            result.Output.Should().Be("null\n");
            result.Error.Should().Contain("kmsg: Operation not permitted");
        }
        finally
        {
            Directory.Delete(group);
        }
    }

    [Fact]
    public void DeviceProgram_Longest_IsTakenByTheVerifier()
    {
        LinuxDeviceRule[] rules =
        [
            .. Enumerable.Range(0, 500).Select(static i => new LinuxDeviceRule
            {
                Allow = i % 3 != 0, Type = i % 2 == 0 ? "c" : "b", Major = i, Minor = i, Access = i % 5 == 0 ? "r" : "rwm",
            }),
        ];

        Action load = () => DeviceFilter.Load(Coracle.Isolation.Cgroups.Devices.DeviceProgram.Write(
            [.. rules.Select(Coracle.Isolation.Cgroups.Devices.DeviceRule.From)])).Dispose();

        load.Should().NotThrow();
    }

    [Fact]
    public async Task Remove_ProcessesLeft_AreKilled()
    {
        Prerequisite.RequireCgroups("memory");
        Cgroup cgroup = _manager.Create(_id, new LinuxResources());
        foreach (string directory in cgroup.Directories)
            Directory.CreateDirectory($"{directory}/inner");
        using Process shell = Start(
            [.. cgroup.Directories.Select(static directory => $"{directory}/inner/cgroup.procs")], "sleep 1000 & sleep 1000 & echo ready; wait");
        await shell.StandardOutput.ReadLineAsync(Cancellation);

        await _manager.RemoveLeftoverAsync(_id, Cancellation);

        await shell.WaitForExitAsync(Cancellation);
        shell.ExitCode.Should().Be(137);
        cgroup.Directories.Should().OnlyContain(static directory => !Directory.Exists(directory));
    }

    [Fact]
    public async Task Remove_ManyShortLives_NeverLeavesAGroup()
    {
        Prerequisite.RequireCgroups("memory");
        for (int i = 0; i < 40; i++)
        {
            Cgroup cgroup = _manager.Create($"{_id}-{i}", new LinuxResources());
            await RunInAsync(cgroup, "exit 0");
            await cgroup.RemoveAsync(Cancellation);
            _manager.Find($"{_id}-{i}").Should().BeNull();
        }
    }

    private static Task<ToolResult> RunInAsync(Cgroup cgroup, string script) => RunAsync(cgroup.ProcsPaths, script);

    private static Task<ToolResult> RunAsync(IEnumerable<string> procs, string script) =>
        Tool.TryRunAsync("sh", ["-c", Joining(procs) + script], Cancellation);

    private static Process Start(IEnumerable<string> procs, string script) => Process.Start(
        new ProcessStartInfo("sh", ["-c", Joining(procs) + script]) { RedirectStandardOutput = true })!;

    private static string Joining(IEnumerable<string> procs) =>
        string.Concat(procs.Select(static path => $"echo 0 > {path} || exit 99; "));
}
