using System.Runtime.CompilerServices;
using System.Text;

namespace Coracle;

/// <summary>Text from and to a process, and programs that are run to their end.</summary>
public static class ContainerProcessExtensions
{
    // Something that the program left in the background may hold its outputs open for ever; nobody waits for that. Docker's
    // number.
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(2);

    /// <summary>The stream of one output.</summary>
    /// <param name="process">The process.</param>
    /// <param name="output">Which output.</param>
    public static Stream OpenOutput(this IContainerProcess process, OutputStream output)
    {
        ArgumentNullException.ThrowIfNull(process);
        return output switch
        {
            OutputStream.StandardOutput => process.StandardOutput,
            OutputStream.StandardError => process.StandardError,
            _ => throw new ArgumentOutOfRangeException(nameof(output)),
        };
    }

    /// <summary>One output as UTF-8 characters. Disposing the reader leaves the stream open.</summary>
    /// <param name="process">The process.</param>
    /// <param name="output">Which output.</param>
    public static StreamReader OpenText(this IContainerProcess process, OutputStream output) =>
        new(process.OpenOutput(output), Encoding.UTF8, leaveOpen: true);

    /// <summary>Reads one output to its end, as UTF-8 text.</summary>
    /// <remarks>A program that fills its other output meanwhile waits until somebody reads that too.</remarks>
    /// <param name="process">The process.</param>
    /// <param name="output">Which output.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public static async Task<string> ReadToEndAsync(
        this IContainerProcess process, OutputStream output, CancellationToken cancellationToken = default)
    {
        using StreamReader reader = process.OpenText(output);
        return await reader.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads both outputs line by line, as they come, to their ends.</summary>
    /// <remarks>A line beyond a mebibyte is given out in pieces of that size.</remarks>
    /// <param name="process">The process.</param>
    /// <param name="cancellationToken">Ends the enumeration with <see cref="OperationCanceledException"/>.</param>
    public static async IAsyncEnumerable<OutputLine> ReadLinesAsync(
        this IContainerProcess process, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(process);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        List<LineSource> open =
        [
            new LineSource(process.StandardOutput, OutputStream.StandardOutput, stop.Token),
            new LineSource(process.StandardError, OutputStream.StandardError, stop.Token),
        ];
        try
        {
            while (open.Count > 0)
            {
                await Task.WhenAny(open.Select(static source => source.Filling)).ConfigureAwait(false);
                foreach (LineSource source in open.Where(static source => source.Filling.IsCompleted).ToList())
                {
                    if (await source.Filling.ConfigureAwait(false) == 0)
                        open.Remove(source);
                    while (source.TryTake() is { } line)
                        yield return line;
                    if (open.Contains(source))
                        source.Fill();
                }
            }
        }
        finally
        {
            // Whoever breaks out of the loop leaves a read behind: nothing must be taken from the pipes after that.
            await stop.CancelAsync().ConfigureAwait(false);
            foreach (LineSource source in open)
                await ((Task)source.Filling).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Runs a program in a running container to its end and collects its output.</summary>
    /// <remarks>The output is held in memory: for a program that writes much, read the streams of
    /// <see cref="IContainer.ExecAsync"/> instead.</remarks>
    /// <param name="container">The container.</param>
    /// <param name="spec">What to run.</param>
    /// <param name="standardInput">What to give it as input, as UTF-8 text; null for none.</param>
    /// <param name="cancellationToken">Cancels, and kills the program with everything that it started.</param>
    /// <returns>How it ended, and what it wrote. <see cref="ContainerResult.OomKilled"/> is about containers, and always
    /// <see langword="false"/> here: a program killed for want of memory shows as one killed by SIGKILL.</returns>
    /// <exception cref="ContainerStartException">The program can't be executed.</exception>
    /// <exception cref="ContainerRuntimeException">The container is not running or paused
    /// (<see cref="RuntimeErrorKind.Conflict"/>), or a step failed. A program that fails is no exception: see
    /// <see cref="ContainerResult.Status"/>.</exception>
    public static async Task<ContainerResult> ExecToEndAsync(
        this IContainer container, ExecSpec spec, string? standardInput = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(container);
        ArgumentNullException.ThrowIfNull(spec);
        if (standardInput is not null)
            spec = spec with { OpenStandardInput = true };
        IContainerProcess process = await container.ExecAsync(spec, cancellationToken).ConfigureAwait(false);
        await using (process.ConfigureAwait(false))
        {
            using CancellationTokenSource drained = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            Task<string> output = CollectAsync(process.StandardOutput, drained.Token);
            Task<string> error = CollectAsync(process.StandardError, drained.Token);
            Task input = WriteAsync(process, spec, standardInput, drained.Token);
            ExitStatus status = await process.WaitAsync(cancellationToken).ConfigureAwait(false);
            drained.CancelAfter(DrainTime);
            ContainerResult result = new(
                status, await output.ConfigureAwait(false), await error.ConfigureAwait(false), OomKilled: false);
            await drained.CancelAsync().ConfigureAwait(false);
            await input.ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            return result;
        }
    }

    private static async Task WriteAsync(
        IContainerProcess process, ExecSpec spec, string? text, CancellationToken cancellationToken)
    {
        if (!spec.OpenStandardInput)
            return;
        const string EndOfInput = "\x04"; // what ends the input on a terminal
        try
        {
            Stream input = process.StandardInput;
            await using (input.ConfigureAwait(false))
                await input.WriteAsync(Encoding.UTF8.GetBytes(text + (spec.Terminal is null ? "" : EndOfInput)), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // A program need not read its input.
        }
    }

    // To the end, or as far as it came when nobody waits any longer.
    private static async Task<string> CollectAsync(Stream stream, CancellationToken cancellationToken)
    {
        using MemoryStream bytes = new();
        try
        {
            await stream.CopyToAsync(bytes, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The caller learns of a cancellation from the wait.
        }
        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }
}
