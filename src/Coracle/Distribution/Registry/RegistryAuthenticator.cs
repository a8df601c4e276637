using System.Net;
using System.Net.Http.Headers;

namespace Coracle.Distribution.Registry;

/// <summary>Answers the challenges of one endpoint for one repository.</summary>
internal sealed class RegistryAuthenticator(
    RegistryEndpoint endpoint, string repository, CredentialSource credentials, TokenClient tokens) : IDisposable
{
    private const int MaxScopeLength = 4096;

    private readonly SemaphoreSlim _gate = new(1);
    private volatile AuthenticationHeaderValue? _header;

    /// <summary>What to send with the next request; null as long as nobody has asked for credentials.</summary>
    internal AuthenticationHeaderValue? Header => _header;

    /// <summary>Finds the answer to a 401.</summary>
    /// <param name="response">The answer with the challenge.</param>
    /// <param name="used">The header that was refused.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>Whether it is worth to ask again.</returns>
    internal async Task<bool> AnswerAsync(
        HttpResponseMessage response, AuthenticationHeaderValue? used, CancellationToken cancellationToken)
    {
        IReadOnlyList<Challenge> challenges = [.. Values(response).SelectMany(Challenge.Parse)];
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // Another download of this pull has asked meanwhile.
            if (!ReferenceEquals(_header, used))
                return true;
            Uri from = response.RequestMessage!.RequestUri!;
            if (challenges.FirstOrDefault(c => c.Scheme == "bearer") is { } bearer)
                _header = await BearerAsync(bearer, from, used, cancellationToken).ConfigureAwait(false);
            else if (challenges.Any(c => c.Scheme == "basic") && used is null)
                _header = TokenClient.Basic(await credentials.FindAsync(endpoint, cancellationToken).ConfigureAwait(false));
            else
                return false;
            return _header is not null;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>What the user can do about a refusal.</summary>
    internal string Remedy() => credentials.Describe(endpoint);

    /// <inheritdoc />
    public void Dispose() => _gate.Dispose();

    private async Task<AuthenticationHeaderValue> BearerAsync(
        Challenge challenge, Uri from, AuthenticationHeaderValue? used, CancellationToken cancellationToken)
    {
        RegistryCredentials? known = await credentials.FindAsync(endpoint, cancellationToken).ConfigureAwait(false);
        Uri realm = CheckRealm(challenge["realm"], from);
        string scope = challenge["scope"] is { Length: > 0 and <= MaxScopeLength } asked ? asked : $"repository:{repository}:pull";
        string token = await tokens.GetAsync(
            new TokenRequest(realm, challenge["service"], scope, known), endpoint.Name, used?.Parameter, cancellationToken)
            .ConfigureAwait(false);
        return new AuthenticationHeaderValue("Bearer", token);
    }

    // The registry names the server that the user's password is sent to. Whoever can change its plain-text answers, or an
    // evil mirror, could name its own: so a realm needs TLS unless the registry itself is spoken to without, and then the
    // password stays on that host, where it would have gone anyway.
    private Uri CheckRealm(string? text, Uri from)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? realm)
            || (realm.Scheme != Uri.UriSchemeHttps && realm.Scheme != Uri.UriSchemeHttp)
            || realm.UserInfo.Length > 0 || realm.Fragment.Length > 0)
        {
            throw Refused($"the realm '{Printable.Clean(text)}' of its challenge is not an http or https address");
        }
        if (realm.Scheme == Uri.UriSchemeHttps)
            return realm;
        if (from.Scheme == Uri.UriSchemeHttps)
            throw Refused($"it wants credentials sent to {RegistryHttp.Redact(realm)}, without TLS");
        bool same = realm.IsLoopback ? from.IsLoopback : string.Equals(realm.IdnHost, from.IdnHost, StringComparison.OrdinalIgnoreCase);
        return same ? realm : throw Refused($"it wants credentials sent to another host, {RegistryHttp.Redact(realm)}, without TLS");
    }

    private static HeaderStringValues Values(HttpResponseMessage response) =>
        response.Headers.NonValidated.TryGetValues("WWW-Authenticate", out HeaderStringValues values) ? values : default;

    private RegistryException Refused(string reason) =>
        new(RuntimeErrorKind.Unauthorized, endpoint.Name, $"authenticate to {endpoint.Name}: {reason}, which is refused")
        {
            StatusCode = HttpStatusCode.Unauthorized,
        };
}
