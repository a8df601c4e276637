namespace Coracle;

/// <summary>Creates, finds, lists and removes named volumes: directories that outlive containers.</summary>
public interface IVolumeOperations
{
    /// <summary>Creates a volume, or returns the one of that name.</summary>
    /// <param name="name">Letters, digits, '_', '.', '-', the first a letter or digit; null for a generated name.</param>
    /// <param name="labels">Labels of a new volume; null for none.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="ArgumentException">The name is not a name.</exception>
    Task<VolumeInfo> CreateAsync(
        string? name = null,
        IReadOnlyDictionary<string, string>? labels = null,
        CancellationToken cancellationToken = default);

    /// <summary>Finds a volume.</summary>
    /// <param name="name">The name.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="ContainerRuntimeException">There is none (<see cref="RuntimeErrorKind.NotFound"/>).</exception>
    Task<VolumeInfo> GetAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>Lists the volumes by name.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<IReadOnlyList<VolumeInfo>> ListAsync(CancellationToken cancellationToken = default);

    /// <summary>Removes a volume and its content.</summary>
    /// <param name="name">The name.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="ContainerRuntimeException">There is none (<see cref="RuntimeErrorKind.NotFound"/>), or a container
    /// uses it (<see cref="RuntimeErrorKind.Conflict"/>).</exception>
    Task RemoveAsync(string name, CancellationToken cancellationToken = default);
}
