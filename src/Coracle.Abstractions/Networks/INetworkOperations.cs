namespace Coracle;

/// <summary>Finds and lists networks.</summary>
public interface INetworkOperations
{
    /// <summary>Lists the networks.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<IReadOnlyList<NetworkInfo>> ListAsync(CancellationToken cancellationToken = default);

    /// <summary>Finds a network by its name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="ContainerRuntimeException">There is none (<see cref="RuntimeErrorKind.NotFound"/>).</exception>
    Task<NetworkInfo> GetAsync(string name, CancellationToken cancellationToken = default);
}
