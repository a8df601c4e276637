using System.Security.Cryptography.X509Certificates;

namespace Coracle.Distribution.Registry;

/// <summary>The options of the registries as they were when the runtime was opened, and what follows from them.</summary>
internal sealed class RegistrySettings
{
    /// <summary>The environment variable of mirrors.</summary>
    internal const string MirrorsVariable = "CORACLE_REGISTRY_MIRRORS";

    // Docker Hub's name is not where it is served.
    private const string DockerHubHost = "registry-1.docker.io";

    private readonly HashSet<string> _plainHttp;
    private readonly Dictionary<string, IReadOnlyList<Uri>> _mirrors = new(StringComparer.OrdinalIgnoreCase);

    /// <param name="options">The options. Copied.</param>
    /// <param name="mirrors">The value of <see cref="MirrorsVariable"/>; what the options say about a registry goes first.</param>
    internal RegistrySettings(RegistryOptions options, string? mirrors = null)
    {
        _plainHttp = new HashSet<string>(options.PlainHttp, StringComparer.OrdinalIgnoreCase);
        TrustedAuthorities = [.. options.TrustedAuthorities];
        Credentials = options.Credentials;
        ParallelDownloads = options.ParallelDownloads;
        foreach ((string registry, IReadOnlyList<Uri> addresses) in ParseMirrors(mirrors))
            _mirrors[registry] = addresses;
        foreach ((string registry, IReadOnlyList<Uri> addresses) in options.Mirrors)
            _mirrors[registry] = [.. addresses.Select(address => CheckMirror(registry, address))];
    }

    /// <summary>The options, with the mirrors of this process's environment.</summary>
    internal static RegistrySettings FromEnvironment(RegistryOptions options) =>
        new(options, Environment.GetEnvironmentVariable(MirrorsVariable));

    internal X509Certificate2Collection TrustedAuthorities { get; }

    internal IRegistryCredentialProvider? Credentials { get; }

    internal int ParallelDownloads { get; }

    /// <summary>Where to ask for the content of a registry, in this order. The last is the registry itself.</summary>
    internal IReadOnlyList<RegistryEndpoint> Endpoints(string registry) =>
        [.. (_mirrors.GetValueOrDefault(registry) ?? []).Select(Mirror), Upstream(registry)];

    /// <summary>Parses <c>registry=address[,address...][;registry=...]</c>.</summary>
    internal static IReadOnlyDictionary<string, IReadOnlyList<Uri>> ParseMirrors(string? text)
    {
        const StringSplitOptions Options = StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries;
        Dictionary<string, IReadOnlyList<Uri>> mirrors = new(StringComparer.OrdinalIgnoreCase);
        foreach (string part in (text ?? "").Split(';', Options))
        {
            int equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
                throw Malformed($"'{part}' is not registry=address[,address...]");
            string registry = part[..equals].Trim();
            mirrors[registry] = [.. part[(equals + 1)..].Split(',', Options).Select(address =>
                CheckMirror(registry, Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) ? uri : null, address))];
        }
        return mirrors;
    }

    private RegistryEndpoint Upstream(string registry)
    {
        string host = registry == ImageReference.DefaultRegistry ? DockerHubHost : registry;
        bool plain = _plainHttp.Contains(registry);
        Uri address = new($"{(plain ? Uri.UriSchemeHttp : Uri.UriSchemeHttps)}://{host}/");
        return new RegistryEndpoint(registry, address, MayBePlain: !plain && address.IsLoopback);
    }

    private static RegistryEndpoint Mirror(Uri address)
    {
        string path = address.AbsolutePath.EndsWith('/') ? address.AbsolutePath : address.AbsolutePath + "/";
        return new RegistryEndpoint(address.Authority, new Uri(address, path), IsMirror: true);
    }

    private static Uri CheckMirror(string registry, Uri? address, string? text = null)
    {
        bool valid = address is { IsAbsoluteUri: true, UserInfo: "", Query: "", Fragment: "" }
            && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps);
        return valid ? address! : throw Malformed(
            $"the mirror '{text ?? address?.ToString()}' of {registry} is not an http or https address without user, query and fragment");
    }

    private static ContainerRuntimeException Malformed(string reason) =>
        new(RuntimeErrorKind.InvalidInput, $"read registry mirrors: {reason}");
}
