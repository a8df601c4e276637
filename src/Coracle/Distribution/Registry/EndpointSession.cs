using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.Logging;

namespace Coracle.Distribution.Registry;

/// <summary>One endpoint, spoken to about one repository: authenticates, and finds out whether it speaks TLS.</summary>
internal sealed class EndpointSession(
    RegistryEndpoint endpoint,
    string repository,
    RegistryHttp http,
    RegistryAuthenticator authenticator,
    PlainHosts plainHosts,
    TimeProvider clock,
    ILogger logger) : IDisposable
{
    /// <summary>Where this is.</summary>
    internal RegistryEndpoint Endpoint => endpoint;

    /// <summary>Why this mirror is not asked again; null if it is.</summary>
    internal string? GivenUp { get; set; }

    /// <summary>Gets something of the repository.</summary>
    /// <param name="rest">For example <c>manifests/latest</c>.</param>
    /// <param name="prepare">Sets the headers.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The answer, its status one of success.</returns>
    internal async Task<HttpResponseMessage> GetAsync(
        string rest, Action<HttpRequestMessage> prepare, CancellationToken cancellationToken)
    {
        AuthenticationHeaderValue? authorization = authenticator.Header;
        HttpResponseMessage response = await SendAsync(rest, prepare, authorization, cancellationToken).ConfigureAwait(false);
        // Once more, with an answer to the challenge: the first of the session, or a new token for an expired one.
        if (response.StatusCode == HttpStatusCode.Unauthorized && IsOurs(response)
            && await AnswerAsync(response, authorization, cancellationToken).ConfigureAwait(false))
        {
            response.Dispose();
            authorization = authenticator.Header;
            response = await SendAsync(rest, prepare, authorization, cancellationToken).ConfigureAwait(false);
        }
        if (response.IsSuccessStatusCode)
            return response;
        using (response)
            throw await FailureAsync(response, authorization, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public void Dispose() => authenticator.Dispose();

    private async Task<bool> AnswerAsync(
        HttpResponseMessage response, AuthenticationHeaderValue? used, CancellationToken cancellationToken)
    {
        try
        {
            return await authenticator.AnswerAsync(response, used, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private async Task<HttpResponseMessage> SendAsync(
        string rest,
        Action<HttpRequestMessage> prepare,
        AuthenticationHeaderValue? authorization,
        CancellationToken cancellationToken)
    {
        bool plain = endpoint.MayBePlain && plainHosts.Contains(endpoint.Name);
        Uri address = endpoint.Resolve(repository, rest, plain);
        long start = clock.GetTimestamp();
        HttpResponseMessage response;
        try
        {
            response = await http.GetAsync(address, prepare, authorization, cancellationToken).ConfigureAwait(false);
        }
        catch (RegistryException e) when (endpoint.MayBePlain && !plain && RegistryFailure.IsNoTls(e))
        {
            // Whoever listens on the loopback interface is on this machine, and so is everybody who could listen in.
            response = await SendPlainAsync(rest, prepare, authorization, e, cancellationToken).ConfigureAwait(false);
        }
        RegistryLog.Answered(
            logger, RegistryHttp.Redact(address), (int)response.StatusCode, clock.GetElapsedTime(start).TotalMilliseconds);
        return response;
    }

    private async Task<HttpResponseMessage> SendPlainAsync(
        string rest,
        Action<HttpRequestMessage> prepare,
        AuthenticationHeaderValue? authorization,
        RegistryException withTls,
        CancellationToken cancellationToken)
    {
        try
        {
            HttpResponseMessage response = await http.GetAsync(
                endpoint.Resolve(repository, rest, plain: true), prepare, authorization, cancellationToken).ConfigureAwait(false);
            if (plainHosts.Add(endpoint.Name))
                RegistryLog.PlainHttp(logger, endpoint.Name);
            return response;
        }
        catch (RegistryException e)
        {
            throw new RegistryException(
                e.Kind, endpoint.Name, $"{withTls.Message}; and without TLS: {e.Message}", new AggregateException(withTls, e));
        }
    }

    // A challenge of a host that a redirect led to is not ours to answer: it never gets credentials.
    private bool IsOurs(HttpResponseMessage response) =>
        response.RequestMessage!.RequestUri is { } from
        && string.Equals(from.IdnHost, endpoint.Address.IdnHost, StringComparison.OrdinalIgnoreCase)
        && from.Port == endpoint.Resolve(repository, "", from.Scheme == Uri.UriSchemeHttp).Port;

    private async Task<RegistryException> FailureAsync(
        HttpResponseMessage response, AuthenticationHeaderValue? used, CancellationToken cancellationToken)
    {
        RegistryException failure =
            await RegistryFailure.OfAsync(response, endpoint.Name, clock, cancellationToken).ConfigureAwait(false);
        if (failure.Kind != RuntimeErrorKind.Unauthorized)
            return failure;
        string remedy = used is null or { Scheme: "Bearer" }
            ? $"it may not exist, or needs other credentials: {authenticator.Remedy()}"
            : "the credentials are wrong or do not allow it";
        return new RegistryException(failure.Kind, endpoint.Name, $"{failure.Message} ({remedy})")
        {
            StatusCode = failure.StatusCode,
            Codes = failure.Codes,
        };
    }
}
