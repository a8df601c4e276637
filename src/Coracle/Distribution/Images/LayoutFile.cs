using System.Text.Json;
using Coracle.Distribution.Content;
using Coracle.Kernel.Files;

namespace Coracle.Distribution.Images;

/// <summary>Reads and replaces the layout's <c>index.json</c>.</summary>
internal static class LayoutFile
{
    /// <summary>Reads it. Needs no lock: it is only ever replaced as a whole.</summary>
    internal static LayoutIndex Read(ContentStore content)
    {
        try
        {
            using FileStream file = new(
                OpenFile.TryRead(content.IndexPath)
                    ?? throw new ContainerRuntimeException(RuntimeErrorKind.NotFound, $"read {content.IndexPath}: it is gone"),
                FileAccess.Read,
                bufferSize: 0);
            if (file.Length > Limits.LayoutIndexBytes)
                throw new ContainerRuntimeException(
                    RuntimeErrorKind.ResourceExhausted, $"read {content.IndexPath}: it has {file.Length} bytes");
            return JsonSerializer.Deserialize(file, ImageJson.Default.LayoutIndex) ?? new LayoutIndex();
        }
        catch (JsonException e)
        {
            throw new ContainerRuntimeException(RuntimeErrorKind.InvalidInput, $"read {content.IndexPath}: {e.Message}", e);
        }
    }

    /// <summary>Replaces it, durably. To be called under the store's lock, with what was read under the same.</summary>
    internal static void Write(ContentStore content, LayoutIndex index, IEnumerable<LayoutEntry> entries) => AtomicFile.Write(
        content.IndexPath,
        JsonSerializer.SerializeToUtf8Bytes(
            index with { Manifests = [.. entries.Select(entry => entry.Descriptor)] }, ImageJson.Plain.LayoutIndex),
        durable: true);
}
