namespace Coracle;

/// <summary>Creates, finds and lists containers.</summary>
public interface IContainerOperations
{
    /// <summary>
    /// Creates a container without starting it. Pulls the image if the store does not have it.
    /// </summary>
    /// <param name="spec">What to create.</param>
    /// <param name="cancellationToken">Cancels; nothing is left of a container half made.</param>
    /// <returns>A handle. Disposing it removes the container unless <see cref="ContainerSpec.KeepAfterDispose"/> is
    /// set.</returns>
    /// <exception cref="ImageNotFoundException">Neither the store nor the registry has the image.</exception>
    /// <exception cref="ContainerRuntimeException">The name is in use (<see cref="RuntimeErrorKind.Conflict"/>), or any
    /// step failed.</exception>
    Task<IContainer> CreateAsync(ContainerSpec spec, CancellationToken cancellationToken = default);

    /// <summary>Creates and starts a container. Returns when the program was executed, or, with
    /// <see cref="ContainerSpec.ReadyWhen"/>, when the container is ready.</summary>
    /// <param name="spec">What to run.</param>
    /// <param name="cancellationToken">Cancels creation and start; does not end a started container.</param>
    /// <exception cref="ContainerStartException">The program can't be executed. The container is removed.</exception>
    /// <exception cref="ContainerExitedException">It ended before it was ready. The container is removed.</exception>
    /// <exception cref="ContainerNotReadyException">It was not ready in time. The container is removed.</exception>
    /// <exception cref="ImageNotFoundException">Neither the store nor the registry has the image.</exception>
    /// <exception cref="ContainerRuntimeException">Any other step failed.</exception>
    Task<IContainer> RunAsync(ContainerSpec spec, CancellationToken cancellationToken = default);

    /// <summary>Finds a container by its id, a unique prefix of its id, or its name.</summary>
    /// <param name="idOrName">The id, prefix or name. A name wins over a prefix.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>A handle whose disposal leaves the container alone if another handle created it.</returns>
    /// <exception cref="ContainerRuntimeException">There is none (<see cref="RuntimeErrorKind.NotFound"/>), or the prefix
    /// fits several (<see cref="RuntimeErrorKind.InvalidInput"/>).</exception>
    Task<IContainer> GetAsync(string idOrName, CancellationToken cancellationToken = default);

    /// <summary>Lists containers, the newest first.</summary>
    /// <param name="options">Which; by default the running ones.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<IReadOnlyList<ContainerInfo>> ListAsync(
        ContainerListOptions? options = null, CancellationToken cancellationToken = default);
}
