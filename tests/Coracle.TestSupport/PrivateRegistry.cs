using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Coracle.TestSupport;

/// <summary>
/// A real registry (the distribution project's, from the Debian package <c>docker-registry</c>) on 127.0.0.1, which ends
/// with the test process, however that ends.
/// </summary>
public sealed partial class PrivateRegistry : IAsyncDisposable
{
    /// <summary>The user of a registry with authentication.</summary>
    public const string UserName = "coracle";

    /// <summary>The password of that user.</summary>
    public const string Password = "open sesame";

    // What htpasswd -B makes of the password above. The registry accepts bcrypt only.
    private const string PasswordFile = UserName + ":$2y$05$abcdefghijklmnopqrstuupx2xBUC4954936wVIjyyPHmUBFu0wCW\n";

    // The registry watches no parent. The shell does: its input ends when the test process ends, and the registry with it.
    private const string Script = """
        docker-registry serve "$1" 3<&- &
        registry=$!
        (while read -r _; do :; done; kill "$registry") <&3 &
        watcher=$!
        wait "$registry"
        kill "$watcher"
        """;

    private readonly TempDirectory _directory;
    private readonly PrivateAuthority? _authority;
    private readonly Process _process;
    private readonly List<string> _log = [];
    private readonly TaskCompletionSource<int> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private PrivateRegistry(PrivateRegistryOptions options)
    {
        _directory = new TempDirectory("registry");
        _authority = options.Tls ? new PrivateAuthority() : null;
        ProcessStartInfo start = new("/bin/sh", ["-c", "exec 3<&0\n" + Script, "registry", WriteConfiguration(options)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) => Record(line.Data);
        _process.ErrorDataReceived += (_, line) => Record(line.Data);
        _process.Exited += (_, _) => _listening.TrySetException(
            new InvalidOperationException($"docker-registry ended\n{string.Join('\n', Log)}"));
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>The port on 127.0.0.1.</summary>
    public int Port { get; private set; }

    /// <summary>Host and port, as an image reference begins with them.</summary>
    public string Host => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port}");

    /// <summary>The base address.</summary>
    public Uri Address => new($"{(_authority is null ? "http" : "https")}://{Host}/");

    /// <summary>The authority of its certificate; null without TLS.</summary>
    public PrivateAuthority? Authority => _authority;

    /// <summary>Everything it logged, with one line a request in Apache's format.</summary>
    public IReadOnlyList<string> Log
    {
        get
        {
            lock (_log)
                return [.. _log];
        }
    }

    /// <summary>Starts a registry. Returns when it accepts connections.</summary>
    public static async Task<PrivateRegistry> StartAsync(
        PrivateRegistryOptions? options = null, CancellationToken cancellationToken = default)
    {
        Prerequisite.RequireTool("docker-registry");
        PrivateRegistry registry = new(options ?? new PrivateRegistryOptions());
        try
        {
            registry.Port = await registry._listening.Task.WaitAsync(TimeSpan.FromSeconds(30), cancellationToken);
            return registry;
        }
        catch
        {
            await registry.DisposeAsync();
            throw;
        }
    }

    /// <summary>The reference of an image in it.</summary>
    public string Image(string repositoryAndTag) => $"{Host}/{repositoryAndTag}";

    /// <summary>The requests so far whose line contains the text, for example <c>GET /v2/busybox/blobs/</c>.</summary>
    public int CountRequests(string text) => Log.Count(line => line.Contains($"\"{text}", StringComparison.Ordinal));

    /// <summary>Ends it and removes what it kept, unless it was given a storage directory.</summary>
    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _authority?.Dispose();
        _directory.Dispose();
    }

    private string WriteConfiguration(PrivateRegistryOptions options)
    {
        string storage = options.StorageDirectory ?? _directory.CreateDirectory("storage");
        string readOnly = options.ReadOnly ? "true" : "false";
        string configuration = $$"""
            version: 0.1
            log: {level: info, formatter: text}
            storage:
              filesystem: {rootdirectory: '{{storage}}'}
              delete: {enabled: true}
              maintenance:
                uploadpurging: {enabled: false}
                readonly: {enabled: {{readOnly}} }
            http:
              addr: 127.0.0.1:{{options.Port}}
              secret: of no use

            """;
        if (_authority is not null)
        {
            (string certificate, string key) = (_directory["server.crt"], _directory["server.key"]);
            _authority.WriteServerCertificate(certificate, key);
            configuration += $"  tls: {{certificate: '{certificate}', key: '{key}'}}\n";
        }
        if (options.BasicAuthentication)
        {
            string passwords = _directory.WriteFile("htpasswd", PasswordFile);
            configuration += $"auth: {{htpasswd: {{realm: test, path: '{passwords}'}}}}\n";
        }
        return _directory.WriteFile("config.yml", configuration);
    }

    private void Record(string? line)
    {
        if (line is null)
            return;
        lock (_log)
            _log.Add(line);
        if (ListeningLine().Match(line) is { Success: true } match)
            _listening.TrySetResult(int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture));
    }

    [GeneratedRegex(@"listening on 127\.0\.0\.1:(\d+)")]
    private static partial Regex ListeningLine();
}
