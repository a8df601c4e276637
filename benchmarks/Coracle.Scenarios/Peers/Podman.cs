using Coracle.TestSupport;

namespace Coracle.Scenarios.Peers;

/// <summary>Podman, with storage of its own.</summary>
internal sealed class Podman : ContainerEngine
{
    private readonly string[] _podman;

    // Podman refuses a longer one than 50 characters.
    private readonly string _runRoot = Path.Combine(Path.GetTempPath(), $"podman-{Environment.ProcessId}");

    public Podman(ScenarioContext context) : base("podman")
    {
        string podman = Tool.Find("podman") ?? throw new InvalidOperationException("podman is not installed");
        string directory = context.Directory.CreateDirectory("podman");
        _podman =
        [
            podman, "--root", $"{directory}/root", "--runroot", _runRoot, "--storage-driver", "overlay",
            "--runtime", "runc", "--cgroup-manager", "cgroupfs", "--events-backend", "none",
        ];
    }

    public override IReadOnlyList<string> Pull(string image) => [.. _podman, "pull", "--quiet", "--tls-verify=false", image];

    // Its default limits are above what root may set on a host without CAP_SYS_RESOURCE.
    public override IReadOnlyList<string> RunTrue(string image) =>
        [
            .. _podman, "run", "--rm", "--network", "none", "--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1000:1000",
            image, "/bin/true",
        ];

    public override IReadOnlyList<string> RunSleeper(string image) =>
        [
            .. _podman, "run", "--detach", "--name", Sleeper, "--network", "none", "--ulimit", "nofile=1024:1024",
            "--ulimit", "nproc=1000:1000", image, "/bin/sleep", "100000",
        ];

    public override IReadOnlyList<string> ExecTrue() => [.. _podman, "exec", Sleeper, "/bin/true"];

    public override IReadOnlyList<string> RemoveSleeper() => [.. _podman, "rm", "--force", "--time", "0", Sleeper];


    public override IReadOnlyList<string> RunLogged(string image, IEnumerable<string> program) =>
        DetachedAndWaitedFor(
            _podman,
            ["--log-driver", "k8s-file", "--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1000:1000"],
            image,
            program);

    public override Task RemoveImageAsync(string image, CancellationToken cancellationToken) =>
        Tool.RunAsync(_podman[0], [.. _podman[1..], "rmi", "--force", image], cancellationToken);

    public override async ValueTask DisposeAsync()
    {
        // A container that ran in the background is cleaned up by a process of its own, which leaves a bind mount of the storage
        // on itself behind.
        while (IsAtWork())
            await Task.Delay(50);
        await Tool.TryRunAsync("umount", [$"{_podman[2]}/overlay"], CancellationToken.None);
        if (Directory.Exists(_runRoot))
            Directory.Delete(_runRoot, recursive: true);
    }

    private bool IsAtWork() => Directory.EnumerateDirectories("/proc")
        .Where(static path => char.IsAsciiDigit(Path.GetFileName(path)[0]))
        .Any(path => CommandOf(path).Contains(_podman[2], StringComparison.Ordinal));

    private static string CommandOf(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline"));
        }
        catch (IOException)
        {
            return ""; // it has ended meanwhile
        }
    }
}
