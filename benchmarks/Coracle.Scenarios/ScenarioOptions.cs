using System.Diagnostics.CodeAnalysis;

namespace Coracle.Scenarios;

/// <summary>What the command line asks for.</summary>
/// <param name="Scenarios">Which scenarios.</param>
/// <param name="Peers">Who runs beside us; null for everyone that is installed.</param>
/// <param name="Images">Which images are pulled; null for all.</param>
/// <param name="Rounds">How many measured rounds; null for each scenario's own number.</param>
/// <param name="Check">Whether a missed budget fails the run.</param>
internal sealed record ScenarioOptions(
    IReadOnlySet<string> Scenarios, IReadOnlySet<string>? Peers, IReadOnlySet<string>? Images, int? Rounds, bool Check)
{
    public const string Usage = """
        usage: Coracle.Scenarios start|exec|pull|overlay|logs|all [option...]
          --rounds N          measured rounds (default: start and exec 50, pull 3, overlay 200, logs 3)
          --peers NAME,...    of docker, podman, runc, crun, skopeo, floor (default: all that are installed)
          --images NAME,...   of base, npm, pg, layers (default: all); for pull
          --check             exit code 1 if a budget is missed
        """;

    private static readonly string[] AllScenarios = ["start", "exec", "pull", "overlay", "logs"];

    /// <summary>Whether a scenario is to run.</summary>
    public bool Has(string scenario) => Scenarios.Contains(scenario);

    /// <summary>Whether a peer is to run beside us.</summary>
    public bool HasPeer(string peer) => Peers?.Contains(peer) ?? true;

    /// <summary>Reads the arguments.</summary>
    public static bool TryParse(
        string[] arguments,
        [NotNullWhen(true)] out ScenarioOptions? options,
        [NotNullWhen(false)] out string? complaint)
    {
        HashSet<string> scenarios = [];
        HashSet<string>? peers = null, images = null;
        int? rounds = null;
        bool check = false;
        options = null;
        for (int i = 0; i < arguments.Length; i++)
        {
            string? value = i + 1 < arguments.Length ? arguments[i + 1] : null;
            switch (arguments[i])
            {
                case "all":
                    scenarios.UnionWith(AllScenarios);
                    continue;
                case "--check":
                    check = true;
                    continue;
                case "--rounds" when int.TryParse(value, out int count) && count > 0:
                    rounds = count;
                    break;
                case "--peers" when value is not null:
                    peers = Split(value);
                    break;
                case "--images" when value is not null:
                    images = Split(value);
                    break;
                default:
                    if (AllScenarios.Contains(arguments[i]))
                    {
                        scenarios.Add(arguments[i]);
                        continue;
                    }
                    complaint = $"not understood: {arguments[i]}";
                    return false;
            }
            i++;
        }
        complaint = scenarios.Count == 0 ? "which scenario?" : null;
        if (complaint is not null)
            return false;
        options = new ScenarioOptions(scenarios, peers, images, rounds, check);
        return true;
    }

    private static HashSet<string> Split(string list) =>
        [.. list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
}
