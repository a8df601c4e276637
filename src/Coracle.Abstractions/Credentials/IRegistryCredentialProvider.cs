namespace Coracle;

/// <summary>Knows the credentials of registries.</summary>
public interface IRegistryCredentialProvider
{
    /// <summary>Finds the credentials for a registry.</summary>
    /// <param name="registry">Host, and port if it is not the usual one. Docker Hub is <c>docker.io</c>.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>Null to go on anonymously.</returns>
    ValueTask<RegistryCredentials?> GetCredentialsAsync(string registry, CancellationToken cancellationToken = default);
}
