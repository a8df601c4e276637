using Coracle.TestSupport;

namespace Coracle.Scenarios.Peers;

/// <summary>Docker, with a daemon of its own: another one on this host is left alone.</summary>
internal sealed class Docker : ContainerEngine
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);

    private readonly Daemon _daemon;
    private readonly string _client;
    private readonly string _host;

    private Docker(Daemon daemon, string client, string host) : base("docker")
    {
        _daemon = daemon;
        _client = client;
        _host = host;
    }

    /// <summary>Starts the daemon. Returns when it listens.</summary>
    public static async Task<Docker> StartAsync(ScenarioContext context, CancellationToken cancellationToken)
    {
        string directory = context.Directory.CreateDirectory("docker");
        string host = $"unix://{directory}/docker.sock";
        string dockerd = Tool.Find("dockerd") ?? throw new InvalidOperationException("dockerd is not installed");
        // The client of the daemon's own package rather than whatever comes first in the path.
        string client = File.Exists("/usr/bin/docker") ? "/usr/bin/docker"
            : Tool.Find("docker") ?? throw new InvalidOperationException("docker is not installed");
        Daemon daemon = await Daemon.StartAsync(
            [
                dockerd, "--host", host, "--data-root", $"{directory}/data", "--exec-root", $"{directory}/exec",
                "--pidfile", $"{directory}/pid", "--iptables=false", "--ip6tables=false", "--bridge=none",
            ],
            "API listen on",
            StartTimeout,
            cancellationToken);
        return new Docker(daemon, client, host);
    }

    public override IReadOnlyList<string> Pull(string image) => [_client, "--host", _host, "pull", "--quiet", image];

    public override IReadOnlyList<string> RunTrue(string image) =>
        [_client, "--host", _host, "run", "--rm", "--network", "none", image, "/bin/true"];

    public override IReadOnlyList<string> RunSleeper(string image) =>
        [_client, "--host", _host, "run", "--detach", "--name", Sleeper, "--network", "none", image, "/bin/sleep", "100000"];

    public override IReadOnlyList<string> ExecTrue() => [_client, "--host", _host, "exec", Sleeper, "/bin/true"];

    public override IReadOnlyList<string> RemoveSleeper() => [_client, "--host", _host, "rm", "--force", Sleeper];

    public override IReadOnlyList<string> RunLogged(string image, IEnumerable<string> program) =>
        DetachedAndWaitedFor([_client, "--host", _host], ["--log-driver", "json-file"], image, program);

    public override Task RemoveImageAsync(string image, CancellationToken cancellationToken) =>
        Tool.RunAsync(_client, ["--host", _host, "rmi", "--force", image], cancellationToken);

    public override ValueTask DisposeAsync() => _daemon.DisposeAsync();
}
