using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Coracle.Distribution.Registry;

/// <summary>Gets bearer tokens from the token servers of registries, and keeps them as long as they are good.</summary>
internal sealed class TokenClient(RegistryHttp http, TimeProvider clock)
{
    private const string ClientId = "coracle";

    // The token specification's default, and the least that is believed: a token that ends at once would be asked for at
    // every request.
    private const double ShortestLifeSeconds = 60;
    private const double LongestLifeSeconds = 24 * 60 * 60;

    // Less than this is left: too little to begin a request with.
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, (string Token, DateTimeOffset Expires)> _tokens = new();

    /// <summary>Gets a token.</summary>
    /// <param name="request">What for.</param>
    /// <param name="registry">The registry that asked for it, for messages.</param>
    /// <param name="refused">A token that turned out to be no good; null at the first try.</param>
    /// <param name="cancellationToken">Cancels.</param>
    internal async Task<string> GetAsync(
        TokenRequest request, string registry, string? refused, CancellationToken cancellationToken)
    {
        string key = request.Key;
        if (_tokens.TryGetValue(key, out (string Token, DateTimeOffset Expires) known)
            && known.Token != refused && known.Expires - Margin > clock.GetUtcNow())
        {
            return known.Token;
        }
        using HttpResponseMessage response = await SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (response.StatusCode != HttpStatusCode.OK)
            throw await FailureAsync(response, request, registry, cancellationToken).ConfigureAwait(false);
        TokenAnswer answer = await ReadAsync(response, registry, cancellationToken).ConfigureAwait(false);
        string token = answer.Token is { Length: > 0 } ? answer.Token : answer.AccessToken ?? "";
        if (token.Length == 0 || token.AsSpan().ContainsAnyExceptInRange('!', '~'))
            throw Malformed(request, registry, "it has no token");
        double life = Math.Clamp(answer.ExpiresIn ?? 0, ShortestLifeSeconds, LongestLifeSeconds);
        Prune();
        _tokens[key] = (token, clock.GetUtcNow() + TimeSpan.FromSeconds(life));
        return token;
    }

    private Task<HttpResponseMessage> SendAsync(TokenRequest request, CancellationToken cancellationToken)
    {
        if (request.Credentials?.IdentityToken is { } refreshToken)
        {
            // RFC 6749, section 6. Not redirected: the body is a secret.
            HttpRequestMessage post = new(HttpMethod.Post, request.Realm)
            {
                Content = new FormUrlEncodedContent(new Dictionary<string, string>
                {
                    ["grant_type"] = "refresh_token",
                    ["service"] = request.Service ?? "",
                    ["client_id"] = ClientId,
                    ["scope"] = request.Scope,
                    ["refresh_token"] = refreshToken,
                }),
            };
            return http.SendAsync(post, cancellationToken);
        }
        StringBuilder query = new(request.Realm.Query.TrimStart('?'));
        Add(query, "service", request.Service);
        Add(query, "scope", request.Scope);
        Add(query, "client_id", ClientId);
        Add(query, "account", request.Credentials?.UserName);
        Uri address = new UriBuilder(request.Realm) { Query = query.ToString() }.Uri;
        return http.GetAsync(address, static _ => { }, Basic(request.Credentials), cancellationToken);
    }

    /// <summary>The header of a user name and a password; null without.</summary>
    internal static AuthenticationHeaderValue? Basic(RegistryCredentials? credentials) => credentials?.Password is null
        ? null
        : new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{credentials.UserName}:{credentials.Password}")));

    private async Task<TokenAnswer> ReadAsync(HttpResponseMessage response, string registry, CancellationToken cancellationToken)
    {
        byte[] body = await RegistryBody.ReadAllAsync(response, Limits.TokenBytes, http.Timings, clock, cancellationToken)
            .ConfigureAwait(false);
        try
        {
            return JsonSerializer.Deserialize(body, RegistryJson.Default.TokenAnswer) ?? new TokenAnswer();
        }
        catch (JsonException e)
        {
            throw new RegistryException(
                RuntimeErrorKind.InvalidInput,
                registry,
                $"get token from {RegistryHttp.Redact(response.RequestMessage!.RequestUri!)}: the answer is not JSON",
                e);
        }
    }

    private async Task<RegistryException> FailureAsync(
        HttpResponseMessage response, TokenRequest request, string registry, CancellationToken cancellationToken)
    {
        RegistryException failure =
            await RegistryFailure.OfAsync(response, registry, clock, cancellationToken).ConfigureAwait(false);
        string remedy = failure.Kind != RuntimeErrorKind.Unauthorized ? ""
            : request.Credentials is null ? " (it wants credentials, and none are known)"
            : $" (the credentials of '{request.Credentials}' are wrong or do not allow it)";
        return new RegistryException(failure.Kind, registry, $"get token: {failure.Message}{remedy}")
        {
            StatusCode = failure.StatusCode,
            Codes = failure.Codes,
            RetryAfter = failure.RetryAfter,
        };
    }

    private static RegistryException Malformed(TokenRequest request, string registry, string reason) =>
        new(RuntimeErrorKind.InvalidInput, registry, $"get token from {RegistryHttp.Redact(request.Realm)}: {reason}");

    private static void Add(StringBuilder query, string name, string? value)
    {
        if (string.IsNullOrEmpty(value))
            return;
        query.Append(query.Length > 0 ? "&" : "").Append(name).Append('=').Append(Uri.EscapeDataString(value));
    }

    private void Prune()
    {
        DateTimeOffset now = clock.GetUtcNow();
        foreach ((string key, (string Token, DateTimeOffset Expires) token) in _tokens)
        {
            if (token.Expires <= now)
                _tokens.TryRemove(key, out _);
        }
    }
}
