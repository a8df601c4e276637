using System.Net;
using System.Net.Http.Headers;
using Coracle.Distribution.Content;
using Microsoft.Extensions.Logging;

namespace Coracle.Distribution.Registry;

/// <summary>
/// One repository during one pull: asks the mirrors and then the registry itself, and remembers who answered and who asked
/// for which credentials.
/// </summary>
internal sealed class RegistrySession(
    string repository,
    IReadOnlyList<EndpointSession> endpoints,
    RegistryHttp http,
    RetryPolicy retries,
    TimeProvider clock,
    ILogger logger) : IDisposable
{
    /// <summary>Gets a manifest.</summary>
    /// <param name="reference">A tag or a digest.</param>
    /// <param name="digest">The digest that it must have; null if only a tag is known.</param>
    /// <param name="accept">The media types that are understood.</param>
    /// <param name="cancellationToken">Cancels.</param>
    internal Task<FetchedManifest> GetManifestAsync(
        string reference, Digest? digest, IReadOnlyList<string> accept, CancellationToken cancellationToken) =>
        AskAsync(
            async (endpoint, token) =>
            {
                HttpResponseMessage response = await endpoint.GetAsync(
                    $"manifests/{reference}", request => request.Headers.TryAddWithoutValidation("Accept", accept), token)
                    .ConfigureAwait(false);
                return await ReadManifestAsync(response, digest, token).ConfigureAwait(false);
            },
            cancellationToken);

    /// <summary>Reads a blob from some offset on, however often the connection breaks.</summary>
    /// <param name="digest">The blob.</param>
    /// <param name="size">Its size.</param>
    /// <param name="offset">Where to begin.</param>
    /// <param name="elsewhere">Addresses outside registries where the blob may be, too.</param>
    /// <param name="cancellationToken">Cancels every read.</param>
    internal BlobReader ReadBlob(
        Digest digest, long size, long offset, IReadOnlyList<Uri> elsewhere, CancellationToken cancellationToken) =>
        new(this, retries, new BlobRequest(digest, size, elsewhere), offset, cancellationToken);

    /// <summary>Opens a blob once.</summary>
    internal async Task<BlobBody> OpenBlobAsync(BlobRequest blob, long offset, CancellationToken cancellationToken)
    {
        try
        {
            return await AskAsync(
                async (endpoint, token) =>
                {
                    HttpResponseMessage response = await endpoint.GetAsync(
                        $"blobs/{blob.Digest}", request => Prepare(request, offset), token).ConfigureAwait(false);
                    return await BlobBody.OpenAsync(response, blob, offset, http.Timings, clock, token).ConfigureAwait(false);
                },
                cancellationToken).ConfigureAwait(false);
        }
        catch (RegistryException e) when (e.Kind == RuntimeErrorKind.NotFound && blob.Elsewhere.Count > 0)
        {
            return await OpenElsewhereAsync(blob, offset, e, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Asks no mirror any more, because one of them sent something else than it should.</summary>
    /// <returns>Whether there was one to be given up.</returns>
    internal bool GiveUpMirrors(string reason)
    {
        bool any = false;
        foreach (EndpointSession endpoint in endpoints.Where(e => e.Endpoint.IsMirror && e.GivenUp is null))
        {
            endpoint.GivenUp = reason;
            any = true;
        }
        return any;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (EndpointSession endpoint in endpoints)
            endpoint.Dispose();
    }

    private async Task<T> AskAsync<T>(
        Func<EndpointSession, CancellationToken, Task<T>> action, CancellationToken cancellationToken)
    {
        List<string> failures = [];
        foreach (EndpointSession endpoint in endpoints)
        {
            if (endpoint.GivenUp is { } reason)
            {
                failures.Add(reason);
                continue;
            }
            try
            {
                int tries = endpoint.Endpoint.IsMirror ? http.Timings.MirrorTries : http.Timings.Tries;
                return await retries.RunAsync(token => action(endpoint, token), tries, cancellationToken).ConfigureAwait(false);
            }
            catch (RegistryException e) when (endpoint.Endpoint.IsMirror)
            {
                RegistryLog.MirrorFailed(logger, endpoint.Endpoint.Address.ToString(), endpoints[^1].Endpoint.Name, e.Message);
                failures.Add(e.Message);
                // What it does not have is one thing; one that is down is not waited for again.
                if (e.Kind != RuntimeErrorKind.NotFound)
                    endpoint.GivenUp = e.Message;
            }
            catch (RegistryException e) when (failures.Count > 0)
            {
                throw new RegistryException(e.Kind, e.Registry, $"{e.Message} (mirrors asked before: {string.Join("; ", failures)})", e)
                {
                    StatusCode = e.StatusCode,
                    Codes = e.Codes,
                    RetryAfter = e.RetryAfter,
                };
            }
        }
        throw new InvalidOperationException($"{repository} has no endpoint");
    }

    private async Task<FetchedManifest> ReadManifestAsync(
        HttpResponseMessage response, Digest? digest, CancellationToken cancellationToken)
    {
        Uri address = response.RequestMessage!.RequestUri!;
        string? announced = response.Headers.NonValidated.TryGetValues("Docker-Content-Digest", out HeaderStringValues values)
            ? values.ToString() : null;
        string? mediaType = response.Content.Headers.ContentType?.MediaType;
        byte[] bytes = await RegistryBody.ReadAllAsync(response, Limits.DocumentBytes, http.Timings, clock, cancellationToken)
            .ConfigureAwait(false);
        Digest expected = digest ?? (Digest.TryParse(announced, out Digest header) ? header : default);
        Digest actual = ContentHash.Compute(expected, bytes);
        if ((digest is not null || announced is { Length: > 0 }) && actual != expected)
        {
            string said = digest is not null ? expected.ToString() : Printable.Clean(announced);
            throw RegistryFailure.Lie(address, $"the manifest has the digest {actual}, not {said}");
        }
        return new FetchedManifest(bytes, actual, mediaType);
    }

    // What has an address of its own (a layer that may not be redistributed) is fetched without any credentials.
    private async Task<BlobBody> OpenElsewhereAsync(
        BlobRequest blob, long offset, RegistryException notFound, CancellationToken cancellationToken)
    {
        Exception failure = notFound;
        foreach (Uri address in blob.Elsewhere)
        {
            try
            {
                HttpResponseMessage response = await http.GetAsync(
                    address, request => Prepare(request, offset), authorization: null, cancellationToken).ConfigureAwait(false);
                if (response.IsSuccessStatusCode)
                    return await BlobBody.OpenAsync(response, blob, offset, http.Timings, clock, cancellationToken).ConfigureAwait(false);
                using (response)
                    failure = await RegistryFailure.OfAsync(response, address.Authority, clock, cancellationToken).ConfigureAwait(false);
            }
            catch (RegistryException e)
            {
                failure = e;
            }
        }
        throw new RegistryException(
            RuntimeErrorKind.NotFound,
            notFound.Registry,
            $"{notFound.Message}; nor is it at the address that the image names: {failure.Message}",
            failure)
        {
            StatusCode = HttpStatusCode.NotFound,
        };
    }

    private static void Prepare(HttpRequestMessage request, long offset)
    {
        request.Headers.TryAddWithoutValidation("Accept-Encoding", "identity");
        if (offset > 0)
            request.Headers.Range = new RangeHeaderValue(offset, null);
    }
}
