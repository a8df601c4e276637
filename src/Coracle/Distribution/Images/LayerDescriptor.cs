namespace Coracle.Distribution.Images;

/// <summary>One layer of an image: its blob, and what it is once it is unpacked.</summary>
/// <param name="Blob">The blob, compressed as the registry has it.</param>
/// <param name="DiffId">The digest of the uncompressed tar, as the image's configuration says.</param>
/// <param name="ChainId">The identity of this layer on top of all below it (OCI image specification, "Layer ChainID").</param>
/// <param name="Parent">The layer below; null for the base layer.</param>
internal sealed record LayerDescriptor(Descriptor Blob, Digest DiffId, Digest ChainId, LayerDescriptor? Parent);
