using System.Security.Cryptography.X509Certificates;

namespace Coracle;

/// <summary>How registries are reached.</summary>
public sealed class RegistryOptions
{
    /// <summary>Finds credentials when a call gives none.</summary>
    /// <value>Default: null, for <c>~/.docker/config.json</c> (or <c>$DOCKER_CONFIG/config.json</c>).</value>
    public IRegistryCredentialProvider? Credentials { get; set; }

    /// <summary>Registries, as <c>host</c> or <c>host:port</c>, that are spoken to without TLS. Registries on the loopback
    /// interface may always be.</summary>
    /// <value>Default: none.</value>
    public ISet<string> PlainHttp { get; } = new HashSet<string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Certificates of private authorities that are trusted besides the system's.</summary>
    /// <value>Default: none.</value>
    public X509Certificate2Collection TrustedAuthorities { get; } = [];

    /// <summary>
    /// Mirrors by registry: base addresses tried in order before the registry itself, for example <c>docker.io</c> →
    /// <c>http://127.0.0.1:5000</c>. A mirror may have a path, which goes before the repository.
    /// </summary>
    /// <value>Default: what the environment variable <c>CORACLE_REGISTRY_MIRRORS</c> says:
    /// <c>registry=address[,address...][;registry=...]</c>.</value>
    public IDictionary<string, IReadOnlyList<Uri>> Mirrors { get; } =
        new Dictionary<string, IReadOnlyList<Uri>>(StringComparer.OrdinalIgnoreCase);

    /// <summary>How many blobs of one pull are downloaded at once.</summary>
    /// <value>Default: 4.</value>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int ParallelDownloads
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 4;
}
