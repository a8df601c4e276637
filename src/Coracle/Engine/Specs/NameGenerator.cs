using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace Coracle.Engine.Specs;

/// <summary>Names of containers: the rule for given ones, and generated ones, an adjective and a boat.</summary>
internal static partial class NameGenerator
{
    private const int MaxLength = 255; // a name is also a file name

    private static readonly string[] Adjectives =
    [
        "agile", "amber", "bold", "brave", "bright", "brisk", "calm", "clever", "crisp", "daring", "deep", "eager", "early",
        "fair", "fleet", "fresh", "gentle", "glad", "golden", "grand", "happy", "hardy", "honest", "jolly", "keen", "kind",
        "light", "lively", "lucky", "mellow", "mighty", "neat", "nimble", "noble", "patient", "plain", "proud", "quick",
        "quiet", "ready", "robust", "salty", "serene", "sharp", "silent", "smart", "snug", "solid", "steady", "still",
        "stout", "sturdy", "swift", "tidy", "trim", "trusty", "vivid", "warm", "wise", "witty",
    ];

    private static readonly string[] Boats =
    [
        "barge", "barque", "brig", "canoe", "caravel", "carrack", "catamaran", "clipper", "cog", "coracle", "corvette",
        "cruiser", "currach", "cutter", "dhow", "dinghy", "dory", "drifter", "ferry", "felucca", "frigate", "galleon",
        "galley", "gondola", "hooker", "hoy", "hulk", "jolly", "junk", "kayak", "ketch", "keelboat", "knarr", "launch",
        "lighter", "longboat", "longship", "lugger", "packet", "pinnace", "pirogue", "pontoon", "pram", "punt", "raft",
        "sampan", "schooner", "scow", "shallop", "skiff", "skipjack", "sloop", "smack", "tender", "trawler", "trimaran",
        "trireme", "tug", "wherry", "yawl",
    ];

    /// <summary>A name that is probably free: the caller claims it, and asks again if it is not.</summary>
    /// <param name="attempt">How often it was not.</param>
    internal static string Generate(int attempt)
    {
        string name = $"{Pick(Adjectives)}_{Pick(Boats)}";
        return attempt < 3 ? name : $"{name}_{RandomNumberGenerator.GetHexString(6, lowercase: true)}";
    }

    /// <summary>What is said where a name is in use.</summary>
    internal static ContainerRuntimeException InUse(string step, string name, string holder) => new(
        RuntimeErrorKind.Conflict,
        $"{step}: Conflict. The container name \"{name}\" is already in use by container \"{holder}\" "
        + "(remove or rename that container to be able to reuse that name)");

    /// <summary>Checks a given name.</summary>
    /// <exception cref="ContainerRuntimeException">It is not a name.</exception>
    internal static void Check(string name, string step = "create container")
    {
        if (name.Length > MaxLength || !Pattern().IsMatch(name))
            throw new ContainerRuntimeException(
                RuntimeErrorKind.InvalidInput,
                $"{step}: '{name[..Math.Min(name.Length, 80)]}' is not a name (letters, digits, '_', '.', '-', "
                + "at least two and at most 255, the first a letter or digit)");
    }

    private static string Pick(string[] words) => words[RandomNumberGenerator.GetInt32(words.Length)];

    [GeneratedRegex(@"\A[a-zA-Z0-9][a-zA-Z0-9_.-]+\z")]
    private static partial Regex Pattern();
}
