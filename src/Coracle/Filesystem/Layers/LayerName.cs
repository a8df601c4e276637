namespace Coracle.Filesystem.Layers;

/// <summary>The names under which a layer may lie in the store.</summary>
internal static class LayerName
{
    /// <summary>What the name of an EROFS image ends with.</summary>
    internal const string ErofsSuffix = ".erofs";

    private const string ChainSuffix = ".chain";

    /// <summary>The name of a layer that is the same wherever it lies.</summary>
    internal static string OfDiff(Digest diffId) => $"{diffId.Algorithm}-{diffId.Hex}";

    /// <summary>The name of a layer that took something from the layers below.</summary>
    internal static string OfChain(Digest chainId) => $"{chainId.Algorithm}-{chainId.Hex}{ChainSuffix}";

    /// <summary>All names that a digest may stand for.</summary>
    internal static IEnumerable<string> All(Digest digest)
    {
        foreach (string name in (string[])[OfDiff(digest), OfChain(digest)])
        {
            yield return name;
            yield return name + ErofsSuffix;
        }
    }

    /// <summary>Whether a name is one of an EROFS image.</summary>
    internal static bool IsErofs(string name) => name.EndsWith(ErofsSuffix, StringComparison.Ordinal);
}
