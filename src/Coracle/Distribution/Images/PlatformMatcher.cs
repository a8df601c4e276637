using System.Globalization;

namespace Coracle.Distribution.Images;

/// <summary>Chooses among the images of an index.</summary>
internal static class PlatformMatcher
{
    private const int NoMatch = int.MaxValue;

    /// <summary>The entries that can serve a platform, the best first. Entries of one rank keep the order of the index.</summary>
    internal static IReadOnlyList<Descriptor> Candidates(IReadOnlyList<Descriptor> entries, Platform wanted)
    {
        List<(int Rank, Descriptor Entry)> ranked = [.. entries
            .Where(CanBeImage)
            .Select(entry => (Rank: Rank(entry, wanted), Entry: entry))
            .Where(candidate => candidate.Rank != NoMatch)];
        // An entry that does not say its platform is taken if there is no other: its configuration says it.
        return ranked.Count > 0
            ? [.. ranked.OrderBy(candidate => candidate.Rank).Select(candidate => candidate.Entry)]
            : [.. entries.Where(entry => CanBeImage(entry) && entry.Platform is null)];
    }

    /// <summary>The platforms of an index, for a message.</summary>
    internal static string Describe(IReadOnlyList<Descriptor> entries)
    {
        string[] names = [.. entries.Where(CanBeImage).Select(NameOf).Distinct()];
        return names.Length == 0 ? "none" : Printable.Clean(string.Join(", ", names));
    }

    // 0 is exact; a variant that asks less of the processor is worse the less it asks.
    private static int Rank(Descriptor entry, Platform wanted)
    {
        if (entry.Platform is not { } has)
            return NoMatch;
        Platform offered = Platform.Create(has.Os, has.Architecture, has.Variant);
        if (offered.Os != wanted.Os || offered.Architecture != wanted.Architecture)
            return NoMatch;
        int below = Level(wanted) - Level(offered);
        return offered.Variant == wanted.Variant ? 0 : below > 0 ? below : NoMatch;
    }

    // The contract leaves the default variant out: v1 of amd64, v7 of arm, v8 of arm64. A lower level runs on a higher one.
    private static int Level(Platform platform)
    {
        string variant = platform.Variant ?? platform.Architecture switch { "arm" => "v7", "arm64" => "v8", _ => "v1" };
        return variant.StartsWith('v') && int.TryParse(
            variant.AsSpan(1).TrimEnd(".0"), NumberStyles.None, CultureInfo.InvariantCulture, out int level) ? level : 0;
    }

    // What is signed or attested about an image is an entry too, of the platform "unknown".
    private static bool CanBeImage(Descriptor entry) =>
        (MediaTypes.IsManifest(entry.MediaType) || MediaTypes.IsIndex(entry.MediaType)) && entry.Platform?.Os != "unknown";

    private static string NameOf(Descriptor entry) => entry.Platform is { } platform
        ? Platform.Create(platform.Os, platform.Architecture, platform.Variant).ToString()
        : "unnamed";
}
