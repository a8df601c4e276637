using System.Text;

namespace Coracle;

/// <summary>Shorthands over <see cref="IContainerOperations"/> and <see cref="IContainer"/>.</summary>
public static class ContainerExtensions
{
    /// <summary>Runs a container to its end, collects its output, and removes it.</summary>
    /// <remarks>The output is held in memory: for a program that writes much, read
    /// <see cref="IContainer.OpenOutput"/> instead.</remarks>
    /// <param name="containers">The containers.</param>
    /// <param name="spec">What to run.</param>
    /// <param name="cancellationToken">Cancels, and removes the container.</param>
    /// <exception cref="ContainerRuntimeException">It could not be run. A program that fails is no exception: see
    /// <see cref="ContainerResult.Status"/>.</exception>
    public static async Task<ContainerResult> RunToEndAsync(
        this IContainerOperations containers, ContainerSpec spec, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(containers);
        ArgumentNullException.ThrowIfNull(spec);
        IContainer container = await containers.RunAsync(spec with { KeepAfterDispose = false, AutoRemove = false, RestartPolicy = RestartPolicy.No }, cancellationToken)
            .ConfigureAwait(false);
        await using (container.ConfigureAwait(false))
        {
            Task<string> output = container.ReadToEndAsync(OutputStream.StandardOutput, cancellationToken);
            Task<string> error = container.ReadToEndAsync(OutputStream.StandardError, cancellationToken);
            ExitStatus status = await container.WaitAsync(cancellationToken).ConfigureAwait(false);
            ContainerInfo info = await container.InspectAsync(cancellationToken).ConfigureAwait(false);
            return new ContainerResult(
                status, await output.ConfigureAwait(false), await error.ConfigureAwait(false), info.OomKilled);
        }
    }

    /// <summary>Reads one output to the end of the run, as UTF-8 text.</summary>
    /// <param name="container">The container.</param>
    /// <param name="output">Which output.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public static async Task<string> ReadToEndAsync(
        this IContainer container, OutputStream output, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(container);
        using StreamReader reader = new(container.OpenOutput(output), Encoding.UTF8);
        return await reader.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
    }
}
