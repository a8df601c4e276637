using Coracle.Kernel.Errors;
using Coracle.Kernel.Handles;
using Coracle.Kernel.Interop;
using Coracle.Kernel.Processes;
using Coracle.TestSupport;

namespace Coracle.IntegrationTests.Isolation.Launch;

/// <summary>Nothing of the host process can be read from inside, at any moment of a start.</summary>
public sealed class SecurityTests(LaunchFixture fixture) : IClassFixture<LaunchFixture>
{
    private const string Secret = "coracle-secret-of-the-host";

    [Fact]
    public async Task Program_FindsNoDescriptorOfTheHost()
    {
        // What a careless library leaves behind: open, and not close-on-exec.
        using FileDescriptor leaked = FileDescriptor.FromResult(
            Libc.openat(Libc.AT_FDCWD, "/etc/shadow", Libc.O_RDONLY, 0), "open", "/etc/shadow");

        RunResult result = await fixture.ShellAsync("ls -l /proc/1/fd; true");

        string[] descriptors = [.. result.Output.Split('\n').Where(static line => line.Contains("->"))
            .Select(static line => string.Join(' ', line.Split(' ')[^3..]))];
        descriptors.Should().HaveCount(3);
        descriptors[0].Should().Be("0 -> /dev/null");
        descriptors[1].Should().StartWith("1 -> pipe:");
        descriptors[2].Should().StartWith("2 -> pipe:");
    }

    [Fact]
    public async Task HeldStart_HasNothingOfTheHost()
    {
        Environment.SetEnvironmentVariable("CORACLE_TEST_SECRET", Secret);
        using FileDescriptor leaked = FileDescriptor.FromResult(
            Libc.openat(Libc.AT_FDCWD, "/etc/shadow", Libc.O_RDONLY, 0), "open", "/etc/shadow");
        HashSet<int> before = Stubs();
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        Task start = HeldStart.RunAsync(HeldStart.BeforeExec(fixture.Request("/bin/true"), TimeSpan.FromSeconds(20)), stop.Token);
        int pid = await FindStubAsync(before);

        // As the host's root, who may see all: an environment, memory and descriptors of its own, and none of the host's.
        File.ReadAllBytes($"/proc/{pid}/environ").Should().BeEmpty();
        string[] maps = await File.ReadAllLinesAsync($"/proc/{pid}/maps", TestContext.Current.CancellationToken);
        maps.Should().AllSatisfy(static line => line.Should().MatchRegex("^00(4|8)00000-|\\[(stack|vdso|vvar|vvar_vclock|vsyscall)\\]$"));
        new FileInfo($"/proc/{pid}/exe").LinkTarget.Should().StartWith("/memfd:held");
        new FileInfo($"/proc/{pid}/root").LinkTarget.Should().Be("/");
        string[] descriptors = [.. Directory.GetFiles($"/proc/{pid}/fd").Select(static fd => new FileInfo(fd).LinkTarget!)];
        descriptors.Should().NotContain(static target => target.Contains("shadow") || target.Contains("cgroup.procs"));

        // As root without what lets one look into other processes, as root in a container is: nothing at all.
        foreach (string file in (string[])["environ", "maps", "mem", "exe", "fd/0", "cwd", "root"])
        {
            string[] look = file is "environ" or "maps" or "mem" ? ["cat"] : ["readlink", "-v"];
            ToolResult seen = await Tool.TryRunAsync(
                "setpriv", ["--bounding-set", "-sys_ptrace,-sys_admin,-perfmon", .. look, $"/proc/{pid}/{file}"],
                TestContext.Current.CancellationToken);
            seen.ExitCode.Should().NotBe(0, file);
            seen.Error.Should().Contain("Permission denied", file);
        }

        await stop.CancelAsync();
        await start.Invoking(static task => task).Should().ThrowAsync<OperationCanceledException>();
    }

    [Fact]
    public async Task Stub_CannotBeWritten()
    {
        using FileDescriptor image = ExecutableImage.Create("sealed", [1, 2, 3, 4]);

        ReopenForWriting(image).Should().BeOneOf(-Errno.EPERM, -Errno.ETXTBSY, -Errno.EACCES);
        await Task.CompletedTask;
    }

    [Fact]
    public void Stub_WithoutMemoryFiles_IsAnUnnamedFileThatCannotBeWritten()
    {
        using TempDirectory work = new();
        using FileDescriptor image = ExecutableImage.CreateUnnamed(work.Path, [1, 2, 3, 4]);

        Directory.GetFileSystemEntries(work.Path).Should().BeEmpty();
        File.ReadAllBytes($"/proc/self/fd/{image.Number}").Should().Equal(1, 2, 3, 4);
    }

    [Fact]
    public async Task Container_CannotReachTheLifelineOrTheHost()
    {
        RunResult result = await fixture.ShellAsync("ls -d /proc/[0-9]* | tr '\\n' ' '; cat /proc/1/status | grep NSpid");

        result.Output.Should().StartWith("/proc/1 ").And.MatchRegex("NSpid:\t1\n$");
    }

    private static unsafe long ReopenForWriting(FileDescriptor image)
    {
        fixed (byte* path = System.Text.Encoding.UTF8.GetBytes($"/proc/self/fd/{image.Number}\0"))
        {
            long opened = Libc.Call(Syscall.openat, Libc.AT_FDCWD, (long)path, Libc.O_WRONLY | Libc.O_CLOEXEC);
            if (opened < 0)
                return opened;
            byte one = 1;
            long written = Libc.Call(Syscall.write, opened, (long)(&one), 1);
            _ = Libc.close((int)opened);
            return written;
        }
    }

    private static async Task<int> FindStubAsync(HashSet<int> before)
    {
        // The second stage: the first has ended when there is one alone, and it is asleep.
        for (int i = 0; i < 200; i++)
        {
            int[] found = [.. Stubs().Except(before)];
            if (found.Length == 1 && File.ReadAllText($"/proc/{found[0]}/wchan") is "hrtimer_nanosleep" or "do_nanosleep")
                return found[0];
            await Task.Delay(25, TestContext.Current.CancellationToken);
        }

        throw new TimeoutException("the held process does not show");
    }

    private static HashSet<int> Stubs() => [.. Directory.GetDirectories("/proc")
        .Select(static path => Path.GetFileName(path))
        .Where(static name => char.IsAsciiDigit(name[0]) && TryLink($"/proc/{name}/exe")?.StartsWith("/memfd:held", StringComparison.Ordinal) == true)
        .Select(static name => int.Parse(name, null))];

    private static string? TryLink(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
