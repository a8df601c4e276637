namespace Coracle.Distribution.Images;

/// <summary>What a reference led to.</summary>
/// <param name="Descriptor">Points to the manifest of the platform.</param>
/// <param name="Bytes">The manifest's bytes.</param>
/// <param name="Manifest">The manifest.</param>
/// <param name="Root">The digest that the reference itself stands for: of an index if there is one.</param>
internal sealed record ResolvedManifest(Descriptor Descriptor, byte[] Bytes, Manifest.Image Manifest, Digest Root);
