using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Coracle.Distribution.Registry;

/// <summary>Reaches registries. One for a runtime: it keeps connections and tokens.</summary>
internal sealed class RegistryClient : IDisposable
{
    private readonly RegistryHttp _http;
    private readonly TokenClient _tokens;
    private readonly PlainHosts _plainHosts = new();
    private readonly RegistrySettings _settings;
    private readonly DockerConfig _docker;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;

    /// <param name="settings">How registries are reached.</param>
    /// <param name="loggers">Where log messages go; null for nowhere.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="timings">How patient to be; null for the defaults.</param>
    /// <param name="dockerConfigPath">Docker's client configuration; null for this user's.</param>
    internal RegistryClient(
        RegistrySettings settings,
        ILoggerFactory? loggers,
        TimeProvider clock,
        RegistryTimings? timings = null,
        string? dockerConfigPath = null)
    {
        _settings = settings;
        _clock = clock;
        _logger = (loggers ?? NullLoggerFactory.Instance).CreateLogger("Coracle.Distribution.Registry");
        _http = new RegistryHttp(settings, timings ?? new RegistryTimings(), clock);
        _tokens = new TokenClient(_http, clock);
        _docker = new DockerConfig(dockerConfigPath ?? DockerConfig.DefaultPath(), _logger);
    }

    /// <summary>How many blobs of one pull are downloaded at once.</summary>
    internal int ParallelDownloads => _settings.ParallelDownloads;

    /// <summary>Begins to speak about a repository.</summary>
    /// <param name="registry">The registry, as in a reference.</param>
    /// <param name="repository">The repository.</param>
    /// <param name="credentials">The credentials of the call; null for those of the options or Docker's.</param>
    internal RegistrySession Open(string registry, string repository, RegistryCredentials? credentials)
    {
        CredentialSource source = new(credentials, _settings.Credentials, _docker);
        EndpointSession[] endpoints = [.. _settings.Endpoints(registry).Select(endpoint => new EndpointSession(
            endpoint,
            repository,
            _http,
            new RegistryAuthenticator(endpoint, repository, source, _tokens),
            _plainHosts,
            _clock,
            _logger))];
        return new RegistrySession(
            repository, endpoints, _http, new RetryPolicy(_http.Timings, _clock, _logger), _clock, _logger);
    }

    /// <inheritdoc />
    public void Dispose() => _http.Dispose();
}
