namespace Coracle.Distribution.Images;

/// <summary>The media types of images: OCI's, and Docker's of schema version 2.</summary>
internal static class MediaTypes
{
    internal const string OciIndex = "application/vnd.oci.image.index.v1+json";
    internal const string OciManifest = "application/vnd.oci.image.manifest.v1+json";
    internal const string OciConfig = "application/vnd.oci.image.config.v1+json";
    internal const string OciLayer = "application/vnd.oci.image.layer.v1.tar";
    internal const string OciForeignLayer = "application/vnd.oci.image.layer.nondistributable.v1.tar";

    internal const string DockerIndex = "application/vnd.docker.distribution.manifest.list.v2+json";
    internal const string DockerManifest = "application/vnd.docker.distribution.manifest.v2+json";
    internal const string DockerConfig = "application/vnd.docker.container.image.v1+json";
    internal const string DockerLayer = "application/vnd.docker.image.rootfs.diff.tar";
    internal const string DockerForeignLayer = "application/vnd.docker.image.rootfs.foreign.diff.tar";

    private const string DockerSchema1 = "application/vnd.docker.distribution.manifest.v1+";

    // The compression comes last: "+gzip", "+zstd", ".gzip", ".zstd" or nothing.
    private static readonly string[] Compressions = ["", "+gzip", "+zstd", ".gzip", ".zstd"];

    /// <summary>What is asked for when a manifest is fetched.</summary>
    internal static IReadOnlyList<string> Manifests { get; } = [OciIndex, OciManifest, DockerIndex, DockerManifest];

    internal static bool IsIndex(string? type) => type is OciIndex or DockerIndex;

    internal static bool IsManifest(string? type) => type is OciManifest or DockerManifest;

    internal static bool IsSchema1(string? type) => type?.StartsWith(DockerSchema1, StringComparison.Ordinal) == true;

    internal static bool IsConfig(string type) => type is OciConfig or DockerConfig;

    internal static bool IsLayer(string type) =>
        IsForeignLayer(type) || IsOneOf(type, OciLayer) || IsOneOf(type, DockerLayer);

    /// <summary>Whether registries may refuse to keep the layer, which then says itself where it is.</summary>
    internal static bool IsForeignLayer(string type) => IsOneOf(type, OciForeignLayer) || IsOneOf(type, DockerForeignLayer);

    /// <summary>OCI's name of what a Docker media type means; other names stay.</summary>
    internal static string ToOci(string type)
    {
        (string Docker, string Oci)[] pairs = [(DockerForeignLayer, OciForeignLayer), (DockerLayer, OciLayer)];
        foreach ((string docker, string oci) in pairs)
        {
            if (IsOneOf(type, docker))
                return oci + type[docker.Length..].Replace('.', '+');
        }
        return type switch
        {
            DockerIndex => OciIndex,
            DockerManifest => OciManifest,
            DockerConfig => OciConfig,
            _ => type,
        };
    }

    private static bool IsOneOf(string type, string prefix) =>
        type.StartsWith(prefix, StringComparison.Ordinal) && Compressions.Contains(type[prefix.Length..]);
}
