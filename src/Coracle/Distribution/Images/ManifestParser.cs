using System.Text.Json;

namespace Coracle.Distribution.Images;

/// <summary>Understands the bytes of a manifest, and refuses what is ambiguous, too big, or of a kind that can't be run.</summary>
internal static class ManifestParser
{
    /// <summary>Parses a manifest.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="mediaType">The media type that whoever gave the bytes says they have; null if it did not say.</param>
    /// <param name="name">What is parsed, for messages.</param>
    internal static Manifest Parse(ReadOnlySpan<byte> bytes, string? mediaType, string name)
    {
        ManifestDocument document;
        try
        {
            document = JsonSerializer.Deserialize(bytes, ImageJson.Default.ManifestDocument)
                ?? throw Malformed(name, "it is null");
        }
        catch (JsonException e)
        {
            throw Malformed(name, e.Message, e);
        }
        string type = TypeOf(document, mediaType, name);
        return MediaTypes.IsIndex(type)
            ? new Manifest.Index(type, Entries(document.Manifests, Limits.IndexEntries, "entries", name))
            : Image(document, type, name);
    }

    // The same bytes must not be an index to one reader and an image to another: what was checked would not be what is run
    // (CVE-2021-41190). So the header, the member and the content have to agree.
    private static string TypeOf(ManifestDocument document, string? header, string name)
    {
        if (MediaTypes.IsSchema1(header) || MediaTypes.IsSchema1(document.MediaType) || document.FsLayers is not null
            || document.SchemaVersion == 1)
        {
            throw new ContainerRuntimeException(
                RuntimeErrorKind.NotSupported,
                $"read manifest {name}: it is of Docker's schema version 1, which has no verifiable configuration (push it again with a current tool)");
        }
        if (document.SchemaVersion != 2)
            throw Malformed(name, $"schemaVersion is {document.SchemaVersion}, not 2");
        bool hasEntries = document.Manifests is not null;
        bool hasContent = document.Layers is not null || document.Config is not null;
        if (hasEntries == hasContent)
            throw Malformed(name, hasEntries ? "it is both an index and an image" : "it is neither an index nor an image");
        string? declared = Known(document.MediaType) ?? Known(header);
        if (Known(document.MediaType) is { } inside && Known(header) is { } outside && inside != outside)
            throw Malformed(name, $"it says that it is {inside}, and who sent it that it is {outside}");
        if (declared is null && document.MediaType is { Length: > 0 } unknown)
            throw Unsupported(name, $"its media type is {Printable.Clean(unknown)}");
        if (declared is not null && MediaTypes.IsIndex(declared) != hasEntries)
            throw Malformed(name, $"its content is not that of {declared}");
        return declared ?? (hasEntries ? MediaTypes.OciIndex : MediaTypes.OciManifest);
    }

    private static Manifest.Image Image(ManifestDocument document, string type, string name)
    {
        if (document.Config is not { } config || document.Layers is null)
            throw Malformed(name, "it has no configuration or no layers");
        if (!MediaTypes.IsConfig(config.MediaType))
            throw Unsupported(name, $"it is not an image but an artifact of type {Printable.Clean(document.ArtifactType ?? config.MediaType)}");
        CheckSize(config, Limits.DocumentBytes, name);
        IReadOnlyList<Descriptor> layers = Entries(document.Layers, Limits.Layers, "layers", name);
        foreach (Descriptor layer in layers)
        {
            if (!MediaTypes.IsLayer(layer.MediaType))
                throw Unsupported(name, $"layer {layer.Digest} has the media type {Printable.Clean(layer.MediaType)}");
            CheckSize(layer, Limits.BlobBytes, name);
        }
        return new Manifest.Image(type, config, layers);
    }

    private static Descriptor[] Entries(IReadOnlyList<Descriptor?>? entries, int max, string what, string name)
    {
        if (entries!.Count > max)
            throw new ContainerRuntimeException(
                RuntimeErrorKind.ResourceExhausted, $"read manifest {name}: it has {entries.Count} {what}, more than {max}");
        return [.. entries.Select(entry => entry ?? throw Malformed(name, $"one of its {what} is null"))];
    }

    private static void CheckSize(Descriptor descriptor, long max, string name)
    {
        if (descriptor.Size < 0)
            throw Malformed(name, $"blob {descriptor.Digest} has a negative size");
        if (descriptor.Size > max)
            throw new ContainerRuntimeException(
                RuntimeErrorKind.ResourceExhausted,
                $"read manifest {name}: blob {descriptor.Digest} has {descriptor.Size} bytes, more than {max}");
    }

    private static string? Known(string? type) => MediaTypes.IsIndex(type) || MediaTypes.IsManifest(type) ? type : null;

    private static ContainerRuntimeException Malformed(string name, string reason, Exception? cause = null) =>
        new(RuntimeErrorKind.InvalidInput, $"read manifest {name}: {reason}", cause);

    private static ContainerRuntimeException Unsupported(string name, string reason) =>
        new(RuntimeErrorKind.NotSupported, $"read manifest {name}: {reason}, which can't be run");
}
