namespace Coracle.Distribution.Registry;

/// <summary>A manifest as a registry sent it.</summary>
/// <param name="Bytes">The bytes: what digests are made of.</param>
/// <param name="Digest">Their digest, of the algorithm that was asked for.</param>
/// <param name="MediaType">What the registry says that they are; null if it says nothing useful.</param>
internal sealed record FetchedManifest(byte[] Bytes, Digest Digest, string? MediaType);
