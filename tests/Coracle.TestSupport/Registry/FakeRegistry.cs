using System.Globalization;
using System.Security.Cryptography;

namespace Coracle.TestSupport.Registry;

/// <summary>A registry in this process that serves what it is given, and lies where a test scripts it to.</summary>
public sealed class FakeRegistry : FakeServer
{
    private readonly Dictionary<string, (byte[] Bytes, string MediaType)> _manifests = [];
    private readonly Dictionary<string, byte[]> _blobs = [];

    /// <summary>Whether it answers requests for a part of a blob.</summary>
    public bool Ranges { get; set; } = true;

    /// <summary>The manifests by tag and by digest.</summary>
    public IReadOnlyDictionary<string, (byte[] Bytes, string MediaType)> Manifests => _manifests;

    /// <summary>The blobs by digest.</summary>
    public IReadOnlyDictionary<string, byte[]> Blobs => _blobs;

    /// <summary>The digest of some bytes.</summary>
    public static string DigestOf(ReadOnlySpan<byte> bytes) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>Adds a blob.</summary>
    /// <returns>Its digest.</returns>
    public string AddBlob(byte[] bytes)
    {
        string digest = DigestOf(bytes);
        _blobs[digest] = bytes;
        return digest;
    }

    /// <summary>Removes a blob.</summary>
    public void RemoveBlob(string digest) => _blobs.Remove(digest);

    /// <summary>Adds a manifest by its digest, and by tags.</summary>
    /// <returns>Its digest.</returns>
    public string AddManifest(byte[] bytes, string mediaType, params ReadOnlySpan<string> tags)
    {
        string digest = DigestOf(bytes);
        _manifests[digest] = (bytes, mediaType);
        foreach (string tag in tags)
            _manifests[tag] = (bytes, mediaType);
        return digest;
    }

    /// <inheritdoc />
    protected override FakeResponse Answer(FakeRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        string name = request.Path[(request.Path.LastIndexOf('/') + 1)..];
        if (request.Path.Contains("/manifests/", StringComparison.Ordinal))
        {
            return _manifests.TryGetValue(name, out (byte[] Bytes, string MediaType) manifest)
                ? new FakeResponse
                {
                    Body = manifest.Bytes,
                    Headers = new Dictionary<string, string>
                    {
                        ["Content-Type"] = manifest.MediaType,
                        ["Docker-Content-Digest"] = DigestOf(manifest.Bytes),
                    },
                }
                : FakeResponse.Text(404, """{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown"}]}""");
        }
        return _blobs.TryGetValue(name, out byte[]? blob)
            ? Blob(blob, Ranges ? request.RangeStart : 0)
            : FakeResponse.Text(404, """{"errors":[{"code":"BLOB_UNKNOWN","message":"blob unknown to registry"}]}""");
    }

    /// <summary>The answer with a blob from some offset on.</summary>
    public static FakeResponse Blob(byte[] blob, long start)
    {
        ArgumentNullException.ThrowIfNull(blob);
        FakeResponse response = new() { Body = blob.AsMemory((int)start) };
        return start == 0
            ? response
            : (response with { Status = 206 }).With(
                "Content-Range", string.Create(CultureInfo.InvariantCulture, $"bytes {start}-{blob.Length - 1}/{blob.Length}"));
    }
}
