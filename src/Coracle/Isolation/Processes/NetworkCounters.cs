using Coracle.Isolation.Cgroups.Statistics;

namespace Coracle.Isolation.Processes;

/// <summary>Reads /proc/&lt;pid&gt;/net/dev: the interfaces of the process's network namespace.</summary>
internal static class NetworkCounters
{
    private const int FieldCount = 16;
    private const int SentFields = 8;

    internal static Dictionary<string, NetworkStatistics> Parse(string text)
    {
        Dictionary<string, NetworkStatistics> networks = [];
        foreach (string line in text.Split('\n'))
        {
            // Two lines of headings have no colon where a name ends.
            int colon = line.LastIndexOf(':');
            string[] fields = colon < 0 ? [] : line[(colon + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            string name = colon < 0 ? "" : line[..colon].Trim();
            if (fields.Length < FieldCount || name is "" or "lo")
                continue;
            long[] numbers = [.. fields.Select(static field => KeyedText.Number(field) ?? 0)];
            networks[name] = new NetworkStatistics(
                numbers[0], numbers[1], numbers[2], numbers[3],
                numbers[SentFields], numbers[SentFields + 1], numbers[SentFields + 2], numbers[SentFields + 3]);
        }
        return networks;
    }
}
