using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;

namespace Coracle.TestSupport.Registry;

/// <summary>A small image for the fake registry.</summary>
public sealed class FakeImage
{
    private const string Oci = "application/vnd.oci.image.";

    private FakeImage(byte[] config, IReadOnlyList<byte[]> layers) => (Config, Layers) = (config, layers);

    /// <summary>The bytes of the configuration.</summary>
    public byte[] Config { get; }

    /// <summary>The compressed layers.</summary>
    public IReadOnlyList<byte[]> Layers { get; }

    /// <summary>The manifest, as JSON that a test may change.</summary>
    public JsonObject Manifest { get; private init; } = [];

    /// <summary>The bytes of the manifest.</summary>
    public byte[] ManifestBytes => Encoding.UTF8.GetBytes(Manifest.ToJsonString());

    /// <summary>The digest of a layer's blob.</summary>
    public string LayerDigest(int index) => FakeRegistry.DigestOf(Layers[index]);

    /// <summary>Makes an image with layers of random content.</summary>
    /// <param name="layerSizes">The bytes of the one file in each layer.</param>
    public static FakeImage Create(params ReadOnlySpan<int> layerSizes)
    {
        List<(byte[] Tar, byte[] Gzip)> layers = [];
        foreach (int size in layerSizes)
            layers.Add(MakeLayer(layers.Count, size));
        return Create(layers);
    }

    /// <summary>Makes an image of given layers.</summary>
    /// <param name="layers">Each layer, uncompressed and compressed.</param>
    /// <param name="change">Changes the configuration.</param>
    public static FakeImage Create(IReadOnlyList<(byte[] Tar, byte[] Gzip)> layers, Action<JsonObject>? change = null)
    {
        ArgumentNullException.ThrowIfNull(layers);
        JsonObject config = new()
        {
            ["created"] = "2026-01-02T03:04:05.678901234Z",
            ["architecture"] = "amd64",
            ["os"] = "linux",
            ["config"] = new JsonObject
            {
                ["Env"] = new JsonArray("PATH=/bin"),
                ["Cmd"] = new JsonArray("sh"),
                ["Labels"] = new JsonObject { ["a"] = "b" },
            },
            ["rootfs"] = new JsonObject
            {
                ["type"] = "layers",
                ["diff_ids"] = new JsonArray([.. layers.Select(layer => (JsonNode)FakeRegistry.DigestOf(layer.Tar))]),
            },
            ["history"] = new JsonArray(new JsonObject { ["created_by"] = "CMD sh", ["empty_layer"] = true }),
        };
        change?.Invoke(config);
        byte[] bytes = Encoding.UTF8.GetBytes(config.ToJsonString());
        return new FakeImage(bytes, [.. layers.Select(layer => layer.Gzip)])
        {
            Manifest = new JsonObject
            {
                ["schemaVersion"] = 2,
                ["mediaType"] = Oci + "manifest.v1+json",
                ["config"] = Descriptor(Oci + "config.v1+json", bytes),
                ["layers"] = new JsonArray(
                    [.. layers.Select(layer => (JsonNode)Descriptor(Oci + "layer.v1.tar+gzip", layer.Gzip))]),
            },
        };
    }

    /// <summary>Makes a layer with one file.</summary>
    public static (byte[] Tar, byte[] Gzip) MakeLayer(int seed, int size)
    {
        byte[] content = new byte[size];
        // The content has to be the same each time, not a secret.
#pragma warning disable CA5394
        new Random(seed + size).NextBytes(content);
#pragma warning restore CA5394
        using MemoryStream tar = new();
        using (TarWriter writer = new(tar, leaveOpen: true))
            writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, $"file{seed}") { DataStream = new MemoryStream(content) });
        using MemoryStream gzip = new();
        using (GZipStream compressor = new(gzip, CompressionLevel.Fastest, leaveOpen: true))
            compressor.Write(tar.ToArray());
        return (tar.ToArray(), gzip.ToArray());
    }

    /// <summary>Adds the image to a registry.</summary>
    /// <returns>The digest of the manifest.</returns>
    public string AddTo(FakeRegistry registry, params ReadOnlySpan<string> tags)
    {
        ArgumentNullException.ThrowIfNull(registry);
        registry.AddBlob(Config);
        foreach (byte[] layer in Layers)
            registry.AddBlob(layer);
        return registry.AddManifest(ManifestBytes, Manifest["mediaType"]?.GetValue<string>() ?? Oci + "manifest.v1+json", tags);
    }

    /// <summary>A descriptor of some bytes.</summary>
    public static JsonObject Descriptor(string mediaType, ReadOnlySpan<byte> bytes) => new()
    {
        ["mediaType"] = mediaType,
        ["digest"] = FakeRegistry.DigestOf(bytes),
        ["size"] = bytes.Length,
    };
}
