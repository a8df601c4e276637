using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace Coracle.Scenarios.Images;

/// <summary>An image of the registry.</summary>
/// <param name="Name">Its name in reports.</param>
/// <param name="Reference">The reference.</param>
/// <param name="Repository">The repository.</param>
/// <param name="Layers">The digests of its layers.</param>
/// <param name="CompressedSize">The size of all layers as they are downloaded.</param>
/// <param name="UncompressedSize">The size of all layers as tar archives.</param>
internal sealed record BenchImage(
    string Name, string Reference, string Repository, IReadOnlyList<string> Layers, long CompressedSize, long UncompressedSize)
{
    private static readonly string[] ManifestTypes =
    [
        "application/vnd.oci.image.manifest.v1+json", "application/vnd.docker.distribution.manifest.v2+json",
    ];

    /// <summary>Name and size.</summary>
    public override string ToString() =>
        $"{Name}: {Reference[(Reference.IndexOf('/') + 1)..]}, {Layers.Count} layers, "
        + $"{CompressedSize / 1e6:0} MB compressed, {UncompressedSize / 1e6:0} MB";

    /// <summary>Whether the registry has an image.</summary>
    public static async Task<bool> ExistsAsync(
        HttpClient registry, string repository, string tag, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await GetManifestAsync(registry, repository, tag, cancellationToken);
        return response.IsSuccessStatusCode;
    }

    /// <summary>Reads manifest and layers.</summary>
    public static async Task<BenchImage> ReadAsync(
        HttpClient registry, string name, string host, string repository, string tag, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await GetManifestAsync(registry, repository, tag, cancellationToken);
        response.EnsureSuccessStatusCode();
        JsonNode manifest = JsonNode.Parse(await response.Content.ReadAsStringAsync(cancellationToken))!;
        List<string> digests = [];
        long compressed = 0, uncompressed = 0;
        foreach (JsonNode? layer in manifest["layers"]!.AsArray())
        {
            string digest = (string)layer!["digest"]!;
            digests.Add(digest);
            compressed += (long)layer["size"]!;
            await using Stream blob = await registry.GetStreamAsync($"v2/{repository}/blobs/{digest}", cancellationToken);
            await using GZipStream tar = new(blob, CompressionMode.Decompress);
            uncompressed += await CountAsync(tar, cancellationToken);
        }
        return new BenchImage(name, $"{host}/{repository}:{tag}", repository, digests, compressed, uncompressed);
    }

    private static async Task<HttpResponseMessage> GetManifestAsync(
        HttpClient registry, string repository, string tag, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, $"v2/{repository}/manifests/{tag}");
        foreach (string type in ManifestTypes)
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(type));
        return await registry.SendAsync(request, cancellationToken);
    }

    private static async Task<long> CountAsync(Stream stream, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[1 << 16];
        long total = 0;
        for (int count; (count = await stream.ReadAsync(buffer, cancellationToken)) > 0;)
            total += count;
        return total;
    }
}
