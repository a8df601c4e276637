using System.Globalization;
using Coracle.Scenarios.Floors;

namespace Coracle.Scenarios.Processes;

/// <summary>Runs programs and observes their end from C: what is between is the program's time, not this process's.</summary>
internal sealed class Spawner : IAsyncDisposable
{
    private readonly LineServer _server;

    private Spawner(LineServer server) => _server = server;

    /// <summary>Starts one in the mount namespace of this process.</summary>
    public static async Task<Spawner> StartAsync(ScenarioContext context, CancellationToken cancellationToken) =>
        new(new LineServer(await Floor.CompileAsync(context, "spawn", cancellationToken)));

    /// <summary>Starts one that does not see a version 2 hierarchy beside those of version 1.</summary>
    /// <remarks>crun 1.8 takes a hybrid layout for a version 2 one, and fails.</remarks>
    public static async Task<Spawner> StartWithoutHybridAsync(ScenarioContext context, CancellationToken cancellationToken)
    {
        string spawn = await Floor.CompileAsync(context, "spawn", cancellationToken);
        const string Script = "while umount /sys/fs/cgroup/unified 2> /dev/null; do :; done; exec \"$0\"";
        return new Spawner(
            new LineServer("unshare", "--mount", "--propagation", "private", "sh", "-c", Script, spawn));
    }

    /// <summary>Runs a program to its end.</summary>
    /// <returns>Milliseconds.</returns>
    public async Task<double> RunAsync(IReadOnlyList<string> command, CancellationToken cancellationToken)
    {
        double[] answer = await _server.AskAsync(string.Join('\t', command), cancellationToken);
        return answer[1] == 0
            ? answer[0] / 1000
            : throw new InvalidOperationException(string.Create(
                CultureInfo.InvariantCulture, $"{command[0]} failed with wait status {answer[1]}; its error is above"));
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
