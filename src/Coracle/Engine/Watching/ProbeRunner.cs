using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Coracle.Engine.Watching;

/// <summary>What became of a probe.</summary>
/// <param name="ExitCode">0 for success.</param>
/// <param name="Output">What was said, cut off.</param>
internal readonly record struct ProbeResult(int ExitCode, string Output)
{
    internal const int Failed = 1;

    internal bool IsSuccess => ExitCode == 0;
}

/// <summary>Runs probes: in the container, or from here over its network.</summary>
/// <param name="network">The network of the container; null where it does not run.</param>
/// <param name="execute">Runs a program in the container.</param>
internal sealed class ProbeRunner(
    Func<ContainerNetwork?> network, Func<ExecSpec, CancellationToken, Task<ProbeResult>> execute)
{
    /// <summary>The longest output that is kept, in bytes.</summary>
    internal const int MaxOutput = 4096;

    private const int MaxHeaders = 64; // KiB
    private const int LowestSuccess = 200;
    private const int LowestFailure = 400;

    internal Task<ProbeResult> RunAsync(HealthProbe probe, CancellationToken cancellationToken) => probe switch
    {
        CommandProbe command => execute(new ExecSpec(command.Arguments), cancellationToken),
        ShellProbe shell => execute(new ExecSpec("/bin/sh", "-c", shell.Script), cancellationToken),
        TcpProbe tcp => ConnectAsync(tcp, cancellationToken),
        HttpProbe http => AskAsync(http, cancellationToken),
        _ => throw new ArgumentException($"unknown probe {probe.GetType().Name}", nameof(probe)),
    };

    /// <summary>Runs a program in the container.</summary>
    internal Task<ProbeResult> ExecuteAsync(ExecSpec spec, CancellationToken cancellationToken) => execute(spec, cancellationToken);

    private async Task<ProbeResult> ConnectAsync(TcpProbe probe, CancellationToken cancellationToken)
    {
        try
        {
            using Socket socket = await Network().ConnectAsync(probe.Port, cancellationToken).ConfigureAwait(false);
            return new ProbeResult(0, "");
        }
        catch (SocketException e)
        {
            return new ProbeResult(ProbeResult.Failed, $"connect to port {probe.Port}: {e.Message}");
        }
    }

    private async Task<ProbeResult> AskAsync(HttpProbe probe, CancellationToken cancellationToken)
    {
        using SocketsHttpHandler handler = new()
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ActivityHeadersPropagator = null,
            MaxResponseHeadersLength = MaxHeaders,
            ConnectCallback = async (_, token) =>
                new NetworkStream(await Network().ConnectAsync(probe.Port, token).ConfigureAwait(false), ownsSocket: true),
            SslOptions = new SslClientAuthenticationOptions
            {
                // There is nobody in between: the connection does not leave this host's kernel.
#pragma warning disable CA5359
                RemoteCertificateValidationCallback = static (_, _, _, _) => true,
#pragma warning restore CA5359
            },
        };
        using HttpClient client = new(handler) { Timeout = Timeout.InfiniteTimeSpan };
        using HttpRequestMessage request = new(HttpMethod.Get, $"{(probe.Tls ? "https" : "http")}://localhost:{probe.Port}{probe.Path}");
        foreach ((string name, string value) in probe.Headers)
            request.Headers.TryAddWithoutValidation(name, value);
        try
        {
            using HttpResponseMessage response = await client
                .SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            int status = (int)response.StatusCode;
            bool success = probe.ExpectedStatus is { } expected
                ? status == expected
                : status is >= LowestSuccess and < LowestFailure;
            string body = await ReadBodyAsync(response, cancellationToken).ConfigureAwait(false);
            return new ProbeResult(success ? 0 : ProbeResult.Failed, $"HTTP status {status}\n{body}");
        }
        catch (Exception e) when (e is HttpRequestException or IOException or SocketException)
        {
            return new ProbeResult(ProbeResult.Failed, $"GET {probe.Path} of port {probe.Port}: {e.InnerException?.Message ?? e.Message}");
        }
    }

    private static async Task<string> ReadBodyAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        byte[] body = new byte[MaxOutput];
        Stream stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            int length = await stream.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            return Encoding.UTF8.GetString(body, 0, length);
        }
    }

    private ContainerNetwork Network() => network()
        ?? throw new ContainerRuntimeException(RuntimeErrorKind.Conflict, "probe container: it is not running");
}
