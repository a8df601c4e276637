using Coracle.Engine;
using Coracle.Engine.Lifecycle;
using Coracle.Engine.Operations;

namespace Coracle;

/// <summary>
/// The container runtime in this process: no daemon, no helper program. Linux.
/// </summary>
/// <remarks>
/// Several processes may open the same data root at once. Opening puts in order what a process left that did not end
/// properly. Disposing ends the containers of lifetime <see cref="ContainerLifetime.Process"/> that this runtime started, and
/// removes those that are not to be kept.
/// </remarks>
/// <example>
/// <code>
/// await using IContainerRuntime runtime = await CoracleRuntime.OpenAsync();
/// ContainerResult result = await runtime.Containers.RunToEndAsync(
///     new ContainerSpec("busybox") { Command = ["echo", "hello"] });
/// Console.Write(result.StandardOutput);
/// </code>
/// </example>
public sealed class CoracleRuntime : IContainerRuntime
{
    private readonly EngineServices _services;

    private CoracleRuntime(EngineServices services)
    {
        _services = services;
        ImageOperations images = new(services);
        Images = images;
        Volumes = services.Volumes;
        Networks = new NetworkOperations();
        Containers = new ContainerOperations(services, images);
    }

    /// <inheritdoc />
    public IImageOperations Images { get; }

    /// <inheritdoc />
    public IContainerOperations Containers { get; }

    /// <inheritdoc />
    public INetworkOperations Networks { get; }

    /// <inheritdoc />
    public IVolumeOperations Volumes { get; }

    /// <summary>Opens the runtime.</summary>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ContainerRuntimeException">The directories can't be made, are of a later version, or this host lacks
    /// something that nothing can make up for.</exception>
    public static async Task<CoracleRuntime> OpenAsync(
        CoracleRuntimeOptions? options = null, CancellationToken cancellationToken = default)
    {
        EngineServices services = await EngineComposer.ComposeAsync(options ?? new CoracleRuntimeOptions(), cancellationToken)
            .ConfigureAwait(false);
        try
        {
            await DeadOwnerSweep.RunAsync(services, cancellationToken).ConfigureAwait(false);
            return new CoracleRuntime(services);
        }
        catch
        {
            await services.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc />
    public ValueTask<RuntimeFeatures> GetFeaturesAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return _services.Features.GetAsync();
    }

    /// <inheritdoc />
    public IAsyncEnumerable<RuntimeEvent> WatchEventsAsync(
        EventOptions? options = null, CancellationToken cancellationToken = default) =>
        _services.Events.Subscribe(options, cancellationToken);

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
