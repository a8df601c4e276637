namespace Coracle.Distribution.Registry;

/// <summary>A blob that is wanted.</summary>
/// <param name="Digest">Its digest.</param>
/// <param name="Size">Its size, as the manifest says.</param>
/// <param name="Elsewhere">Addresses outside registries where it may be, too.</param>
internal sealed record BlobRequest(Digest Digest, long Size, IReadOnlyList<Uri> Elsewhere);
