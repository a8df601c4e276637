namespace Coracle.Distribution.Registry;

/// <summary>Finds the credentials of a pull: those of the call, then those of the options, then Docker's.</summary>
/// <param name="given">The credentials of the call. They are the registry's: no mirror sees them.</param>
/// <param name="provider">What the options name; null if they name nothing.</param>
/// <param name="docker">The configuration of Docker's client.</param>
internal sealed class CredentialSource(
    RegistryCredentials? given, IRegistryCredentialProvider? provider, DockerConfig docker)
{
    internal async ValueTask<RegistryCredentials?> FindAsync(RegistryEndpoint endpoint, CancellationToken cancellationToken)
    {
        if (given is not null && !endpoint.IsMirror)
            return given;
        if (provider is not null
            && await provider.GetCredentialsAsync(endpoint.Name, cancellationToken).ConfigureAwait(false) is { } provided)
        {
            return provided;
        }
        return docker.Find(endpoint.Name);
    }

    /// <summary>Where credentials would be looked for, for a message.</summary>
    internal string Describe(RegistryEndpoint endpoint)
    {
        string helper = docker.HelperOf(endpoint.Name) is { } name
            ? $"; Docker's configuration leaves them to the program 'docker-credential-{name}', which is not run"
            : "";
        return $"give credentials in PullOptions, RegistryOptions or {docker.Path}{helper}";
    }
}
