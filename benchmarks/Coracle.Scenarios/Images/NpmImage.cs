using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Coracle.TestSupport;

namespace Coracle.Scenarios.Images;

/// <summary>
/// An image like that of a web application: one layer with a node_modules of 50,000 files, 300 MB of text that compresses as
/// source code does, about four to one.
/// </summary>
internal static class NpmImage
{
    public const string Repository = "benchmark/npm";
    public const string Tag = "1";

    private const int Packages = 2500;
    private const int FilesPerPackage = 20;
    private const int Words = 6000;
    private const double MedianSize = 2700;
    private const double SizeSpread = 1.25;
    private const int Seed = 1;

    /// <summary>Makes it and pushes it.</summary>
    public static async Task PushAsync(string host, CancellationToken cancellationToken)
    {
        using TempDirectory layout = new("npm-image");
        string layer = layout["layer"];
        string diffId = WriteLayer(layer);
        string blobs = layout.CreateDirectory("blobs/sha256");
        (string layerDigest, long layerSize) = AddBlob(blobs, layer);
        string architecture = System.Runtime.InteropServices.RuntimeInformation.OSArchitecture
            == System.Runtime.InteropServices.Architecture.Arm64 ? "arm64" : "amd64";
        (string configDigest, long configSize) = AddBlob(blobs, layout.WriteFile("config", $$"""
            {"architecture":"{{architecture}}","os":"linux","config":{},"rootfs":{"type":"layers","diff_ids":["{{diffId}}"] } }
            """));
        (string manifestDigest, long manifestSize) = AddBlob(blobs, layout.WriteFile("manifest", $$"""
            {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
             "config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"{{configDigest}}","size":{{configSize}} },
             "layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","digest":"{{layerDigest}}","size":{{layerSize}} } ] }
            """));
        layout.WriteFile("oci-layout", """{"imageLayoutVersion":"1.0.0"}""");
        layout.WriteFile("index.json", $$"""
            {"schemaVersion":2,"manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json",
             "digest":"{{manifestDigest}}","size":{{manifestSize}},
               "annotations":{"org.opencontainers.image.ref.name":"latest"} } ] }
            """);
        await Tool.RunAsync(
            "skopeo",
            [
                "--insecure-policy", "copy", "--preserve-digests", "--dest-tls-verify=false",
                $"oci:{layout}:latest", $"docker://{host}/{Repository}:{Tag}",
            ],
            cancellationToken);
    }

    // Returns the digest of the tar.
    private static string WriteLayer(string path)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using FileStream file = File.Create(path);
        using (GZipStream gzip = new(file, CompressionLevel.Optimal))
        using (HashingStream hashing = new(gzip, hash))
        using (TarWriter tar = new(hashing, TarEntryFormat.Ustar, leaveOpen: true))
            WriteEntries(tar);
        return $"sha256:{Convert.ToHexStringLower(hash.GetHashAndReset())}";
    }

    private static void WriteEntries(TarWriter tar)
    {
        Random random = new(Seed);
        string[] words = [.. Enumerable.Range(0, Words).Select(_ => MakeWord(random))];
        AddDirectory(tar, "app");
        AddDirectory(tar, "app/node_modules");
        for (int package = 0; package < Packages; package++)
        {
            string directory = $"app/node_modules/{words[random.Next(Words)]}-{package}";
            AddDirectory(tar, directory);
            AddDirectory(tar, $"{directory}/lib");
            for (int number = 0; number < FilesPerPackage; number++)
                AddFile(tar, $"{directory}/lib/{words[random.Next(Words)]}-{number}.js", MakeText(random, words));
        }
    }

    private static void AddDirectory(TarWriter tar, string path) =>
        tar.WriteEntry(WithFixedTime(new UstarTarEntry(TarEntryType.Directory, path) { Mode = (UnixFileMode)0b111_101_101 }));

    private static void AddFile(TarWriter tar, string path, byte[] content)
    {
        UstarTarEntry entry = new(TarEntryType.RegularFile, path)
        {
            Mode = (UnixFileMode)0b110_100_100,
            DataStream = new MemoryStream(content),
        };
        tar.WriteEntry(WithFixedTime(entry));
    }

    private static UstarTarEntry WithFixedTime(UstarTarEntry entry)
    {
        entry.ModificationTime = new DateTimeOffset(2024, 1, 2, 3, 4, 5, TimeSpan.Zero);
        return entry;
    }

    // Few words make up most of a text, and few files most of a tree.
    private static byte[] MakeText(Random random, string[] words)
    {
        int size = (int)(MedianSize * Math.Exp(SizeSpread * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())));
        StringBuilder text = new(size + 64);
        while (text.Length < size)
        {
            double place = random.NextDouble();
            text.Append(words[(int)(place * place * place * Words)]).Append(random.Next(8) == 0 ? ";\n    " : " ");
        }
        return Encoding.ASCII.GetBytes(text.ToString());
    }

    private static string MakeWord(Random random) =>
        string.Create(random.Next(3, 11), random, (span, source) =>
        {
            foreach (ref char letter in span)
                letter = (char)('a' + source.Next(26));
        });

    private static (string Digest, long Size) AddBlob(string blobs, string path)
    {
        using FileStream content = File.OpenRead(path);
        string hex = Convert.ToHexStringLower(SHA256.HashData(content));
        long size = content.Length;
        File.Move(path, Path.Combine(blobs, hex));
        return (string.Create(CultureInfo.InvariantCulture, $"sha256:{hex}"), size);
    }
}
