namespace Coracle.Distribution.Images;

/// <summary>An image of the store: everything needed to unpack and run it.</summary>
/// <param name="Manifest">The manifest of its platform, as it was pulled.</param>
/// <param name="Config">Its configuration; the digest is the image id.</param>
/// <param name="Layers">Its layers, the base layer first.</param>
/// <param name="Info">The facts for users.</param>
internal sealed record StoredImage(
    Descriptor Manifest, Descriptor Config, IReadOnlyList<LayerDescriptor> Layers, ImageInfo Info);
