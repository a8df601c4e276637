using System.Diagnostics;

namespace Coracle.Scenarios.Processes;

/// <summary>A program that answers each line on its input with one line on its output, and ends with its input.</summary>
internal sealed class LineServer : IAsyncDisposable
{
    private readonly Process _process;

    /// <summary>Starts it.</summary>
    public LineServer(string program, params IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true };
        _process = Process.Start(start)!;
        Name = Path.GetFileName(program);
    }

    /// <summary>The name of the program.</summary>
    public string Name { get; }

    /// <summary>Asks, and gives the numbers of the answer.</summary>
    public async Task<double[]> AskAsync(string request, CancellationToken cancellationToken)
    {
        await _process.StandardInput.WriteAsync($"{request}\n".AsMemory(), cancellationToken);
        await _process.StandardInput.FlushAsync(cancellationToken);
        string answer = await _process.StandardOutput.ReadLineAsync(cancellationToken)
            ?? throw new InvalidOperationException($"{Name} ended without an answer; its error is above");
        return [.. answer.Split(' ').Select(double.Parse)];
    }

    /// <summary>Ends it.</summary>
    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
