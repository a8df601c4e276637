using System.Diagnostics;
using System.Text;

namespace Coracle.TestSupport;

/// <summary>Runs other people's programs: the tests compare with them, and let them make images.</summary>
public static class Tool
{
    /// <summary>The path of a program in <c>PATH</c>; null if it is not installed.</summary>
    public static string? Find(string name) =>
        $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin:/sbin".Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(directory => Path.Combine(directory, name))
            .FirstOrDefault(File.Exists);

    /// <summary>Runs a program to its end.</summary>
    /// <returns>Its standard output.</returns>
    /// <exception cref="InvalidOperationException">It failed; the message has its standard error.</exception>
    public static async Task<string> RunAsync(
        string name, IEnumerable<string> arguments, CancellationToken cancellationToken = default)
    {
        ToolResult result = await TryRunAsync(name, arguments, cancellationToken);
        return result.ExitCode == 0
            ? result.Output
            : throw new InvalidOperationException(
                $"{name} {string.Join(' ', arguments)}: exit code {result.ExitCode}\n{result.Output}{result.Error}");
    }

    /// <summary>Runs a program to its end, whatever its exit code.</summary>
    public static async Task<ToolResult> TryRunAsync(
        string name, IEnumerable<string> arguments, CancellationToken cancellationToken = default)
    {
        ProcessStartInfo start = new(Find(name) ?? name, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            Task<string> error = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return new ToolResult(process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}
