using System.Diagnostics;
using Coracle.Isolation.Cgroups;
using Coracle.Isolation.Spec;
using Coracle.TestSupport;

namespace Coracle.IntegrationTests.Isolation.Cgroups;

/// <summary>Freezing, in each way that this host has.</summary>
public sealed class CgroupFreezerTests
{
    private readonly string _id = $"test-{Guid.NewGuid():N}";

    public CgroupFreezerTests() => Prerequisite.RequireRoot();

    public static TheoryData<string> Ways => ["as found", "version 2, joined", "version 2, not joined"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Freeze_ForkingProcesses_AllStandStill_AndGoOn(string way)
    {
        Cgroup cgroup = Make(way);
        try
        {
            using Process shell = Start(cgroup, "while :; do (:) & (:); wait; done");
            for (int i = 0; i < 10; i++)
            {
                await cgroup.Freezer!.FreezeAsync(Cancellation);
                string before = Processes(cgroup);
                await Tool.TryRunAsync("true", [], Cancellation);
                Processes(cgroup).Should().Be(before, "nothing forks and nothing ends");
                cgroup.Freezer.Thaw();
            }
            string ticks = Ticks(shell.Id);
            while (Ticks(shell.Id) == ticks)
                await Tool.TryRunAsync("true", [], Cancellation);
            await cgroup.Freezer!.FreezeAsync(Cancellation);
        }
        finally
        {
            await cgroup.RemoveAsync(Cancellation); // as it is: frozen
        }
        cgroup.Directories.Should().OnlyContain(static directory => !Directory.Exists(directory));
        Directory.EnumerateDirectories("/sys/fs/cgroup", _id, SearchOption.AllDirectories).Should().BeEmpty();
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Freeze_Cancelled_ProcessesGoOn(string way)
    {
        Cgroup cgroup = Make(way);
        try
        {
            using Process shell = Start(cgroup, "while :; do :; done");
            await FluentActions.Awaiting(() => cgroup.Freezer!.FreezeAsync(new CancellationToken(canceled: true)))
                .Should().ThrowAsync<OperationCanceledException>();
            string ticks = Ticks(shell.Id);
            while (Ticks(shell.Id) == ticks)
                await Tool.TryRunAsync("true", [], Cancellation);
        }
        finally
        {
            await cgroup.RemoveAsync(Cancellation);
        }
    }

    [Fact]
    public async Task Leftover_Frozen_IsRemoved()
    {
        CgroupManager manager = CgroupManager.Open();
        Cgroup cgroup = manager.Create(_id, new LinuxResources());
        using Process shell = Start(cgroup, "while :; do :; done");
        await cgroup.Freezer!.FreezeAsync(Cancellation);

        await manager.RemoveLeftoverAsync(_id, Cancellation);

        await shell.WaitForExitAsync(Cancellation);
        Directory.EnumerateDirectories("/sys/fs/cgroup", _id, SearchOption.AllDirectories).Should().BeEmpty();
    }

    private Cgroup Make(string way)
    {
        Prerequisite.RequireCgroups("memory");
        CgroupManager manager = CgroupManager.Open();
        if (way == "as found")
            return manager.Create(_id, new LinuxResources());
        string? root = File.ReadLines("/proc/self/mountinfo").Where(static line => line.Contains(" - cgroup2 ", StringComparison.Ordinal))
            .Select(static line => line.Split(' ')[4]).FirstOrDefault();
        Prerequisite.Require(root is not null, "cgroup2", "a mounted hierarchy of version 2");
        CgroupSite unified = new(root!, unified: true, new HashSet<string>());
        if (way == "version 2, not joined")
        {
            Cgroup found = manager.Create(_id, new LinuxResources());
            CgroupSite[] sites =
            [
                .. found.Directories.Select(static directory =>
                    new CgroupSite(Path.GetDirectoryName(Path.GetDirectoryName(directory))!, unified: false, new HashSet<string>())),
            ];
            return new Cgroup(CgroupFiles.Instance, _id, sites, unified);
        }
        Directory.CreateDirectory(unified.DirectoryOf(_id));
        return new Cgroup(CgroupFiles.Instance, _id, [unified], unified);
    }

    private static Process Start(Cgroup cgroup, string script)
    {
        string joining = string.Concat(cgroup.ProcsPaths.Select(static path => $"echo 0 > {path} || exit 99; "));
        Process shell = Process.Start(new ProcessStartInfo("sh", ["-c", joining + "echo up; " + script]) { RedirectStandardOutput = true })!;
        shell.StandardOutput.ReadLine().Should().Be("up");
        return shell;
    }

    private static string Processes(Cgroup cgroup) => File.ReadAllText(cgroup.ProcsPaths[0]);

    private static string Ticks(int pid)
    {
        string[] stat = File.ReadAllText($"/proc/{pid}/stat").Split(' ');
        return stat[13] + stat[14] + stat[15] + stat[16];
    }
}
