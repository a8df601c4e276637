using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Coracle.Distribution.Registry;

/// <summary>
/// The credentials in the configuration of Docker's client: <c>$DOCKER_CONFIG/config.json</c>, or
/// <c>~/.docker/config.json</c>. Read when it is needed, so that a login in between is seen.
/// </summary>
internal sealed class DockerConfig(string path, ILogger logger)
{
    private const int MaxBytes = 1024 * 1024;
    private const string DockerHub = "index.docker.io";

    /// <summary>The file.</summary>
    internal string Path => path;

    /// <summary>The file of this process's user.</summary>
    internal static string DefaultPath() => System.IO.Path.Combine(
        Environment.GetEnvironmentVariable("DOCKER_CONFIG") is { Length: > 0 } directory
            ? directory
            : System.IO.Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".docker"),
        "config.json");

    /// <summary>The credentials for a registry; null if the file has none.</summary>
    internal RegistryCredentials? Find(string registry)
    {
        if (Read()?.Auths is not { } auths)
            return null;
        string host = HostOf(registry);
        // The exact name first: several names may have one host.
        IEnumerable<DockerConfigFile.AuthEntry?> entries = auths
            .Where(auth => HostOf(auth.Key) == host)
            .OrderByDescending(auth => auth.Key == registry)
            .Select(auth => auth.Value);
        return entries.Select(ToCredentials).FirstOrDefault(credentials => credentials is not null);
    }

    /// <summary>The credential helper that Docker would run for a registry; null if none.</summary>
    internal string? HelperOf(string registry)
    {
        DockerConfigFile? file = Read();
        string host = HostOf(registry);
        string? own = file?.CredHelpers?.FirstOrDefault(helper => HostOf(helper.Key) == host).Value;
        return own is { Length: > 0 } ? own : file?.CredsStore is { Length: > 0 } store ? store : null;
    }

    private DockerConfigFile? Read()
    {
        try
        {
            FileInfo file = new(path);
            if (!file.Exists)
                return null;
            if (file.Length > MaxBytes)
                throw new IOException($"it has more than {MaxBytes} bytes");
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), RegistryJson.Default.DockerConfigFile);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            // As Docker does: a pull that needs no credentials must not fail for them.
            RegistryLog.DockerConfigUnreadable(logger, path, e.Message);
            return null;
        }
    }

    private static RegistryCredentials? ToCredentials(DockerConfigFile.AuthEntry? entry)
    {
        if (entry?.IdentityToken is { Length: > 0 } token)
            return RegistryCredentials.FromIdentityToken(token);
        (string? user, string? password) = (entry?.UserName, entry?.Password);
        if (entry?.Auth is { Length: > 0 } auth)
            (user, password) = Decode(auth);
        return string.IsNullOrEmpty(user) || password is null ? null : RegistryCredentials.FromPassword(user, password);
    }

    private static (string? User, string? Password) Decode(string auth)
    {
        byte[] bytes = new byte[auth.Length];
        if (!Convert.TryFromBase64String(auth, bytes, out int length))
            return (null, null);
        string text = Encoding.UTF8.GetString(bytes, 0, length);
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? (null, null) : (text[..colon], text[(colon + 1)..].TrimEnd('\0'));
    }

    // Keys are written as a host, or as an address with scheme and path; Docker Hub's is https://index.docker.io/v1/.
    private static string HostOf(string key)
    {
        int scheme = key.IndexOf("://", StringComparison.Ordinal);
        string rest = scheme < 0 ? key : key[(scheme + 3)..];
        int slash = rest.IndexOf('/', StringComparison.Ordinal);
        string host = (slash < 0 ? rest : rest[..slash]).ToLowerInvariant();
        return host == ImageReference.DefaultRegistry ? DockerHub : host;
    }
}
