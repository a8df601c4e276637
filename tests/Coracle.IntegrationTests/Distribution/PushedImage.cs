using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Coracle.TestSupport;

namespace Coracle.IntegrationTests.Distribution;

/// <summary>An OCI layout on disk with one small image, to be pushed by skopeo in any form.</summary>
internal sealed class PushedImage : IDisposable
{
    private readonly TempDirectory _directory = new("pushed");

    private PushedImage(bool compress)
    {
        Directory.CreateDirectory(_directory["blobs/sha256"]);
        _directory.WriteFile("oci-layout", """{"imageLayoutVersion":"1.0.0"}""");
        string suffix = compress ? "+gzip" : "";
        JsonArray layers = [];
        JsonArray diffIds = [];
        for (int i = 0; i < 3; i++)
        {
            byte[] tar = MakeTar(i);
            diffIds.Add(DigestOf(tar));
            layers.Add(AddBlob("application/vnd.oci.image.layer.v1.tar" + suffix, compress ? Gzip(tar) : tar));
        }
        JsonObject config = new()
        {
            ["architecture"] = "amd64",
            ["os"] = "linux",
            ["config"] = new JsonObject { ["Cmd"] = new JsonArray("/file0") },
            ["rootfs"] = new JsonObject { ["type"] = "layers", ["diff_ids"] = diffIds },
        };
        JsonObject manifest = new()
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = "application/vnd.oci.image.manifest.v1+json",
            ["config"] = AddBlob("application/vnd.oci.image.config.v1+json", Encoding.UTF8.GetBytes(config.ToJsonString())),
            ["layers"] = layers,
        };
        JsonObject entry = AddBlob("application/vnd.oci.image.manifest.v1+json", Encoding.UTF8.GetBytes(manifest.ToJsonString()));
        entry["annotations"] = new JsonObject { ["org.opencontainers.image.ref.name"] = "it" };
        _directory.WriteFile("index.json", new JsonObject { ["schemaVersion"] = 2, ["manifests"] = new JsonArray(entry) }.ToJsonString());
    }

    /// <summary>Makes the layout.</summary>
    public static PushedImage Create(bool compress = true) => new(compress);

    /// <summary>Pushes the image with skopeo.</summary>
    public Task PushAsync(string reference, params string[] options) => Tool.RunAsync(
        "skopeo",
        ["copy", "--dest-tls-verify=false", .. options, $"oci:{_directory.Path}:it", $"docker://{reference}"],
        TestContext.Current.CancellationToken);

    public void Dispose() => _directory.Dispose();

    private static byte[] MakeTar(int layer)
    {
        byte[] content = new byte[200_000 * (layer + 1)];
        new Random(layer).NextBytes(content);
        using MemoryStream tar = new();
        using (TarWriter writer = new(tar, leaveOpen: true))
            writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, $"file{layer}") { DataStream = new MemoryStream(content) });
        return tar.ToArray();
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using MemoryStream gzip = new();
        using (GZipStream compressor = new(gzip, CompressionLevel.Fastest, leaveOpen: true))
            compressor.Write(bytes);
        return gzip.ToArray();
    }

    private JsonObject AddBlob(string mediaType, byte[] bytes)
    {
        string digest = DigestOf(bytes);
        File.WriteAllBytes(_directory[$"blobs/sha256/{digest[7..]}"], bytes);
        return new JsonObject { ["mediaType"] = mediaType, ["digest"] = digest, ["size"] = bytes.Length };
    }

    private static string DigestOf(byte[] bytes) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(bytes));
}
