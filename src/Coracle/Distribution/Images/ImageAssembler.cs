using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Coracle.Distribution.Images;

/// <summary>Puts manifest and configuration together to an image, and checks that they belong together.</summary>
internal static class ImageAssembler
{
    /// <summary>Makes an image of its parts.</summary>
    /// <param name="descriptor">Points to the manifest.</param>
    /// <param name="manifest">The manifest.</param>
    /// <param name="configuration">The bytes of the configuration.</param>
    /// <param name="references">The names that point to the image.</param>
    internal static StoredImage Assemble(
        Descriptor descriptor,
        Manifest.Image manifest,
        ReadOnlySpan<byte> configuration,
        IReadOnlyList<ImageReference> references)
    {
        ImageConfiguration config = Parse(configuration, manifest.Config.Digest);
        IReadOnlyList<Digest> diffIds = DiffIds(config, manifest);
        return new StoredImage(descriptor, manifest.Config, Chain(manifest.Layers, diffIds), new ImageInfo
        {
            Id = manifest.Config.Digest,
            ManifestDigest = descriptor.Digest,
            References = references,
            Platform = Platform.Create(string.IsNullOrEmpty(config.Os) ? "linux" : config.Os, config.Architecture ?? "", config.Variant),
            CreatedAt = DateTimeOffset.TryParse(
                config.Created, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset created)
                ? created
                : null,
            Size = descriptor.Size + manifest.Config.Size + manifest.Layers.DistinctBy(l => l.Digest).Sum(l => l.Size),
            Layers = diffIds,
            Config = (config.Config ?? new ExecutionDefaults()).ToImageConfig(),
        });
    }

    /// <summary>The identity of a layer on top of others (OCI image specification, "Layer ChainID").</summary>
    internal static Digest ChainId(Digest? parent, Digest diffId)
    {
        if (parent is null)
            return diffId;
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.ASCII.GetBytes($"{parent} {diffId}"), hash);
        return Digest.FromSha256(hash);
    }

    private static ImageConfiguration Parse(ReadOnlySpan<byte> bytes, Digest id)
    {
        try
        {
            return JsonSerializer.Deserialize(bytes, ImageJson.Default.ImageConfiguration) ?? throw Malformed(id, "it is null");
        }
        catch (JsonException e)
        {
            throw Malformed(id, e.Message, e);
        }
    }

    private static IReadOnlyList<Digest> DiffIds(ImageConfiguration config, Manifest.Image manifest)
    {
        Digest id = manifest.Config.Digest;
        if (config.Rootfs is not { } rootfs)
            throw Malformed(id, "it has no rootfs");
        if (rootfs.Type != "layers")
            throw Malformed(id, $"the type of its rootfs is '{Printable.Clean(rootfs.Type)}', not 'layers'");
        IReadOnlyList<Digest> diffIds = rootfs.DiffIds ?? [];
        return diffIds.Count == manifest.Layers.Count
            ? diffIds
            : throw Malformed(id, $"it has {diffIds.Count} diff ids, and the manifest {manifest.Layers.Count} layers");
    }

    private static LayerDescriptor[] Chain(IReadOnlyList<Descriptor> blobs, IReadOnlyList<Digest> diffIds)
    {
        LayerDescriptor[] layers = new LayerDescriptor[blobs.Count];
        for (int i = 0; i < layers.Length; i++)
        {
            LayerDescriptor? parent = i == 0 ? null : layers[i - 1];
            layers[i] = new LayerDescriptor(blobs[i], diffIds[i], ChainId(parent?.ChainId, diffIds[i]), parent);
        }
        return layers;
    }

    private static ContainerRuntimeException Malformed(Digest id, string reason, Exception? cause = null) =>
        new(RuntimeErrorKind.InvalidInput, $"read image configuration {id}: {reason}", cause);
}
