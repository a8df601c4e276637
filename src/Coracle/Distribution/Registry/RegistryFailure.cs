using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Coracle.Distribution.Registry;

/// <summary>Turns what went wrong between us and a registry into exceptions that say so.</summary>
internal static class RegistryFailure
{
    // The words of an error are not worth a longer wait.
    private static readonly TimeSpan BodyPatience = TimeSpan.FromSeconds(5);

    /// <summary>The failure of an answer with an error status. Reads its body, or the beginning of it.</summary>
    internal static async Task<RegistryException> OfAsync(
        HttpResponseMessage response, string registry, TimeProvider clock, CancellationToken cancellationToken)
    {
        HttpStatusCode status = response.StatusCode;
        (IReadOnlyList<string> codes, string text) = await ReadAsync(response, clock, cancellationToken).ConfigureAwait(false);
        TimeSpan? retryAfter = RetryAfter(response.Headers.RetryAfter, clock);
        HttpRequestMessage request = response.RequestMessage!;
        StringBuilder message = new($"{request.Method} {RegistryHttp.Redact(request.RequestUri!)}: {(int)status} {status}");
        if (text.Length > 0)
            message.Append(": ").Append(text);
        if (status == HttpStatusCode.TooManyRequests)
            message.Append(" (the registry's rate limit is reached: log in, use a mirror, or wait");
        if (status == HttpStatusCode.TooManyRequests)
            message.Append(retryAfter is { } wait ? $" {wait.TotalSeconds:0} s)" : ")");
        return new RegistryException(KindOf(status), registry, message.ToString())
        {
            StatusCode = status,
            Codes = codes,
            RetryAfter = retryAfter,
        };
    }

    /// <summary>The failure of a request that got no answer.</summary>
    internal static RegistryException Of(HttpRequestException e, Uri address)
    {
        Exception cause = Innermost(e);
        (RuntimeErrorKind kind, string reason) = cause is UntrustedCertificateException
            ? (RuntimeErrorKind.Unauthorized, cause.Message)
            : (RuntimeErrorKind.Unavailable, e.HttpRequestError switch
            {
                HttpRequestError.NameResolutionError => $"the host name can't be resolved: {cause.Message}",
                HttpRequestError.SecureConnectionError => $"no TLS connection: {cause.Message}",
                HttpRequestError.ProxyTunnelError => $"the proxy refuses: {cause.Message}",
                _ => Printable.Clean(cause.Message),
            });
        return new RegistryException(kind, address.Authority, $"GET {RegistryHttp.Redact(address)}: {reason}", e);
    }

    /// <summary>The failure of a body that broke off.</summary>
    internal static RegistryException Broken(Uri address, string reason, Exception? cause = null) =>
        new(RuntimeErrorKind.Unavailable, address.Authority, $"GET {RegistryHttp.Redact(address)}: {reason}", cause);

    /// <summary>Content that is not what it must be.</summary>
    internal static RegistryException Lie(Uri address, string reason) =>
        new(RuntimeErrorKind.IntegrityFailed, address.Authority, $"GET {RegistryHttp.Redact(address)}: {reason}");

    /// <summary>Whether no server answered in the protocol that it was spoken to in.</summary>
    internal static bool IsNoTls(RegistryException e) => e.Kind == RuntimeErrorKind.Unavailable && e.InnerException switch
    {
        HttpRequestException failure => failure.HttpRequestError is HttpRequestError.SecureConnectionError
            or HttpRequestError.ConnectionError or HttpRequestError.ResponseEnded or HttpRequestError.Unknown,
        // A server that waits for the rest of what it takes for a line of text.
        OperationCanceledException { InnerException: TimeoutException } => true,
        _ => false,
    };

    private static RuntimeErrorKind KindOf(HttpStatusCode status) => status switch
    {
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => RuntimeErrorKind.Unauthorized,
        HttpStatusCode.NotFound or HttpStatusCode.Gone => RuntimeErrorKind.NotFound,
        HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout => RuntimeErrorKind.Unavailable,
        >= HttpStatusCode.InternalServerError => RuntimeErrorKind.Unavailable,
        _ => RuntimeErrorKind.Unknown,
    };

    private static async Task<(IReadOnlyList<string> Codes, string Text)> ReadAsync(
        HttpResponseMessage response, TimeProvider clock, CancellationToken cancellationToken)
    {
        byte[] body;
        try
        {
            using CancellationTokenSource patience = new(BodyPatience, clock);
            using CancellationTokenSource either =
                CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
            body = await ReadSomeAsync(response, either.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (
            e is IOException or HttpRequestException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            // The status says enough; what the registry wanted to add did not arrive.
            return ([], "");
        }
        try
        {
            RegistryErrorBody? parsed = JsonSerializer.Deserialize(body, RegistryJson.Default.RegistryErrorBody);
            RegistryErrorBody.ErrorEntry[] entries = [.. (parsed?.Errors ?? []).OfType<RegistryErrorBody.ErrorEntry>().Take(4)];
            string[] texts = entries.Length > 0
                ? [.. entries.Select(entry => $"{entry.Code} {entry.Message}")]
                : [.. new[] { parsed?.Error, parsed?.Description, parsed?.Details }.Where(e => e is not null).Select(e => e.ToString()!)];
            return ([.. entries.Select(entry => Printable.Clean(entry.Code)).Where(code => code.Length > 0)], Printable.Clean(string.Join("; ", texts)));
        }
        catch (JsonException)
        {
            // A page for people, of a proxy for instance, is better than nothing if it is short.
            return ([], body.Length <= Printable.MaxLength ? Printable.Clean(Encoding.UTF8.GetString(body)) : "");
        }
    }

    private static async Task<byte[]> ReadSomeAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        Stream stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        byte[] buffer = new byte[Limits.ErrorBytes];
        int length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken)
            .ConfigureAwait(false);
        return buffer[..length];
    }

    private static TimeSpan? RetryAfter(RetryConditionHeaderValue? header, TimeProvider clock) =>
        header?.Delta ?? (header?.Date is { } date && date - clock.GetUtcNow() is var wait
            ? wait > TimeSpan.Zero ? wait : TimeSpan.Zero
            : null);

    private static Exception Innermost(Exception e)
    {
        while (e is not UntrustedCertificateException && e.InnerException is { } inner)
            e = inner;
        return e;
    }
}
