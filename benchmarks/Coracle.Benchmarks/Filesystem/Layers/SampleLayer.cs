using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;

namespace Coracle.Benchmarks.Filesystem.Layers;

/// <summary>A layer made in memory: so many files of one size, a hundred a directory, of text that compresses three to one.</summary>
/// <param name="Name">Its name in tables.</param>
/// <param name="Files">How many files.</param>
/// <param name="FileSize">The size of each.</param>
public sealed record SampleLayer(string Name, int Files, int FileSize)
{
    private const int FilesPerDirectory = 100;
    private const int Seed = 1;

    /// <summary>The layers that are measured.</summary>
    public static IReadOnlyList<SampleLayer> All { get; } =
        [new("10,000 of 4 KB", 10_000, 4_000), new("16 of 4 MB", 16, 4_000_000)];

    /// <summary>The size of all files.</summary>
    public long TotalSize => (long)Files * FileSize;

    /// <inheritdoc />
    public override string ToString() => Name;

    /// <summary>Makes it.</summary>
    internal (byte[] Blob, Digest DiffId) Make()
    {
        using MemoryStream tar = new();
        using (TarWriter writer = new(tar, TarEntryFormat.Pax, leaveOpen: true))
            Write(writer);
        Digest diffId = Digest.Parse($"sha256:{Convert.ToHexStringLower(SHA256.HashData(tar.GetBuffer().AsSpan(0, (int)tar.Length)))}");
        using MemoryStream blob = new();
        using (GZipStream gzip = new(blob, CompressionLevel.Optimal, leaveOpen: true))
            gzip.Write(tar.GetBuffer(), 0, (int)tar.Length);
        return (blob.ToArray(), diffId);
    }

    private void Write(TarWriter writer)
    {
        Random random = new(Seed);
        byte[] content = new byte[FileSize];
        for (int file = 0; file < Files; file++)
        {
            string directory = $"packages/{file / FilesPerDirectory}";
            if (file % FilesPerDirectory == 0)
                writer.WriteEntry(new PaxTarEntry(TarEntryType.Directory, directory));

            // Sixteen letters: half of each byte is entropy, and a little repeats.
            random.GetItems("etaoinshrdlucmf "u8, content);
            content.AsSpan(0, FileSize / 3).CopyTo(content.AsSpan(FileSize / 2));
            writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, $"{directory}/file-{file}")
            {
                DataStream = new MemoryStream(content),
            });
        }
    }
}
