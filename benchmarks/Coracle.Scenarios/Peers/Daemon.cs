using System.Diagnostics;
using System.Text;

namespace Coracle.Scenarios.Peers;

/// <summary>A daemon that is asked to end when this process does, however that ends.</summary>
internal sealed class Daemon : IAsyncDisposable
{
    // The daemon watches no parent. The shell does: its input ends when this process ends.
    private const string Script = """
        "$@" 3<&- &
        daemon=$!
        (while read -r _; do :; done; kill "$daemon") <&3 &
        watcher=$!
        wait "$daemon"
        kill "$watcher"
        """;

    private const int KeptOutput = 4096;

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string _readyMark;

    private Daemon(IEnumerable<string> command, string readyMark)
    {
        _readyMark = readyMark;
        ProcessStartInfo start = new("/bin/sh", ["-c", "exec 3<&0\n" + Script, "daemon", .. command])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) => Record(line.Data);
        _process.ErrorDataReceived += (_, line) => Record(line.Data);
        _process.Exited += (_, _) => _ready.TrySetException(new InvalidOperationException($"the daemon ended: {_output}"));
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Starts it. Returns when it has said that it is ready.</summary>
    public static async Task<Daemon> StartAsync(
        IEnumerable<string> command, string readyMark, TimeSpan timeout, CancellationToken cancellationToken)
    {
        Daemon daemon = new(command, readyMark);
        try
        {
            await daemon._ready.Task.WaitAsync(timeout, cancellationToken);
            return daemon;
        }
        catch
        {
            await daemon.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends it.</summary>
    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private void Record(string? line)
    {
        if (line is null)
            return;
        lock (_output)
        {
            _output.Append(line).Append('\n');
            _output.Remove(0, Math.Max(0, _output.Length - KeptOutput));
        }
        if (line.Contains(_readyMark, StringComparison.Ordinal))
            _ready.TrySetResult();
    }
}
