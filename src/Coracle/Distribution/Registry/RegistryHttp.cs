using System.Net;
using System.Net.Http.Headers;

namespace Coracle.Distribution.Registry;

/// <summary>Sends requests to registries and follows their redirects, and lets no secret go to where it does not belong.</summary>
internal sealed class RegistryHttp : IDisposable
{
    private readonly HttpMessageInvoker _invoker;
    private readonly TimeProvider _clock;

    internal RegistryHttp(RegistrySettings settings, RegistryTimings timings, TimeProvider clock)
    {
        (Timings, _clock) = (timings, clock);
        _invoker = new HttpMessageInvoker(new SocketsHttpHandler
        {
            // A blob is what the registry stores: decompression would change it, and could be a bomb.
            AutomaticDecompression = DecompressionMethods.None,
            // Where a redirect may go, and with which headers, is decided here.
            AllowAutoRedirect = false,
            UseCookies = false,
            Proxy = new EnvironmentProxy(),
            ConnectTimeout = timings.Connect,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            ActivityHeadersPropagator = null,
            SslOptions = { RemoteCertificateValidationCallback = new CertificateValidator(settings.TrustedAuthorities).Validate },
        });
    }

    /// <summary>How patient to be.</summary>
    internal RegistryTimings Timings { get; }

    /// <summary>Sends a GET request, and follows redirects.</summary>
    /// <param name="address">Where to.</param>
    /// <param name="prepare">Sets the headers.</param>
    /// <param name="authorization">Sent to the origin of <paramref name="address"/> only.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The answer, its body unread, whatever its status.</returns>
    internal async Task<HttpResponseMessage> GetAsync(
        Uri address,
        Action<HttpRequestMessage> prepare,
        AuthenticationHeaderValue? authorization,
        CancellationToken cancellationToken)
    {
        Uri current = address;
        for (int redirects = 0; ; redirects++)
        {
            HttpRequestMessage request = new(HttpMethod.Get, current);
            prepare(request);
            request.Headers.Authorization = authorization;
            HttpResponseMessage response = await SendAsync(request, cancellationToken).ConfigureAwait(false);
            if (!IsRedirect(response.StatusCode))
                return response;
            using (response)
            {
                Uri next = Target(response, current);
                if (redirects == Limits.Redirects)
                    throw Refused(current, $"more than {Limits.Redirects} redirects");
                // The other host gets no credentials, and neither does anybody that it sends us on to.
                if (!SameOrigin(current, next))
                    authorization = null;
                current = next;
            }
        }
    }

    /// <summary>Sends one request and waits for the head of the answer.</summary>
    internal async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.TryAddWithoutValidation("User-Agent", "coracle");
        // Bodies that are bulk come one a connection: HTTP/2 would put all of them through one window.
        request.Version = request.Headers.Accept.Count > 0 ? HttpVersion.Version20 : HttpVersion.Version11;
        Uri address = request.RequestUri!;
        using CancellationTokenSource stall = new(Timings.Stall, _clock);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(stall.Token, cancellationToken);
        try
        {
            return await _invoker.SendAsync(request, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            TimeSpan waited = stall.IsCancellationRequested ? Timings.Stall : Timings.Connect;
            throw new RegistryException(
                RuntimeErrorKind.Unavailable, address.Authority, $"GET {Redact(address)}: no answer within {waited.TotalSeconds} s", e);
        }
        catch (HttpRequestException e)
        {
            throw RegistryFailure.Of(e, address);
        }
    }

    /// <summary>The address without what may be a secret: user, query (signatures), fragment.</summary>
    internal static string Redact(Uri address)
    {
        string text = address.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);
        return text.Length <= 256 ? text : text[..256] + "…";
    }

    /// <inheritdoc />
    public void Dispose() => _invoker.Dispose();

    private static bool IsRedirect(HttpStatusCode status) => status is HttpStatusCode.MovedPermanently or HttpStatusCode.Found
        or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;

    private static Uri Target(HttpResponseMessage response, Uri from)
    {
        if (response.Headers.Location is not { } location)
            throw Refused(from, "a redirect without an address");
        Uri next = location.IsAbsoluteUri ? location : new Uri(from, location);
        if (next.Scheme != Uri.UriSchemeHttp && next.Scheme != Uri.UriSchemeHttps)
            throw Refused(from, $"a redirect to the scheme '{next.Scheme}'");
        if (from.Scheme == Uri.UriSchemeHttps && next.Scheme == Uri.UriSchemeHttp)
            throw Refused(from, $"a redirect from https to {Redact(next)}");
        if (next.UserInfo.Length > 0)
            throw Refused(from, "a redirect to an address with a user name");
        return next;
    }

    private static bool SameOrigin(Uri a, Uri b) =>
        a.Scheme == b.Scheme && a.Port == b.Port && string.Equals(a.IdnHost, b.IdnHost, StringComparison.OrdinalIgnoreCase);

    private static RegistryException Refused(Uri from, string reason) =>
        new(RuntimeErrorKind.InvalidInput, from.Authority, $"GET {Redact(from)}: the answer is {reason}, which is not followed");
}
