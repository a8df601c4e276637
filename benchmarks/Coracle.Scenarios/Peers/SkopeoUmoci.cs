using Coracle.TestSupport;

namespace Coracle.Scenarios.Peers;

/// <summary>skopeo to download an image, umoci to unpack it.</summary>
internal static class SkopeoUmoci
{
    private const string Script = """
        "$0" --insecure-policy copy --quiet --src-tls-verify=false "docker://$2" "oci:$3/layout:latest" &&
        exec "$1" unpack --image "$3/layout:latest" "$3/bundle"
        """;

    /// <summary>The command that pulls an image into a new directory.</summary>
    public static IReadOnlyList<string> Pull(string image, string directory) =>
        [
            "sh", "-c", Script.ReplaceLineEndings(" "),
            Find("skopeo"), Find("umoci"), image, directory,
        ];

    private static string Find(string tool) => Tool.Find(tool) ?? throw new InvalidOperationException($"{tool} is not installed");
}
