using System.Net;
using System.Net.Http.Headers;

namespace Coracle.Distribution.Registry;

/// <summary>The body of one answer to the request for a blob, and where in the blob it begins.</summary>
/// <param name="Body">The body.</param>
/// <param name="Start">The offset of its first byte: 0 if the registry ignores ranges.</param>
internal sealed record BlobBody(RegistryBody Body, long Start)
{
    /// <summary>Checks that the answer can be what was asked for.</summary>
    internal static async Task<BlobBody> OpenAsync(
        HttpResponseMessage response,
        BlobRequest blob,
        long offset,
        RegistryTimings timings,
        TimeProvider clock,
        CancellationToken cancellationToken)
    {
        try
        {
            long start = Check(response, blob, offset);
            return new BlobBody(
                await RegistryBody.OpenAsync(response, timings, clock, cancellationToken).ConfigureAwait(false), start);
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private static long Check(HttpResponseMessage response, BlobRequest blob, long offset)
    {
        Uri address = response.RequestMessage!.RequestUri!;
        HttpContentHeaders headers = response.Content.Headers;
        long start = 0;
        if (response.StatusCode == HttpStatusCode.PartialContent)
        {
            ContentRangeHeaderValue? range = headers.ContentRange;
            if (offset == 0 || range is not { From: { } from } || from != offset
                || (range.Length is { } total && total != blob.Size))
            {
                throw RegistryFailure.Lie(
                    address, $"asked for the bytes from {offset} of {blob.Size} on, it sends {range?.ToString() ?? "a part that it does not name"}");
            }
            start = from;
        }
        else if (response.StatusCode != HttpStatusCode.OK)
        {
            throw RegistryFailure.Lie(address, $"the answer to a request for a blob is {(int)response.StatusCode}");
        }
        if (headers.ContentLength is { } length && length != blob.Size - start)
            throw RegistryFailure.Lie(address, $"it sends {length} bytes, and {blob.Size - start} are left by the manifest");
        return start;
    }
}
