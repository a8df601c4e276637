namespace Coracle.Scenarios.Measuring;

/// <summary>The values of all rows, and who could not take part.</summary>
internal sealed class Measurements
{
    private readonly Dictionary<string, List<double>> _rows = [];
    private readonly List<(string Name, string Reason)> _missing = [];

    /// <summary>The rows in the order in which they came.</summary>
    public IReadOnlyCollection<string> Rows => _rows.Keys;

    /// <summary>Who could not take part, and why.</summary>
    public IReadOnlyList<(string Name, string Reason)> Missing => _missing;

    /// <summary>Adds a value.</summary>
    public void Add(Sample sample)
    {
        if (!_rows.TryGetValue(sample.Row, out List<double>? values))
            _rows[sample.Row] = values = [];
        values.Add(sample.Value);
    }

    /// <summary>Notes that a contender can't take part.</summary>
    public void AddMissing(string name, string reason) => _missing.Add((name, reason));

    /// <summary>How many values a row has.</summary>
    public int Count(string row) => _rows.GetValueOrDefault(row)?.Count ?? 0;

    /// <summary>The middle value; null without any.</summary>
    public double? Median(string row) => Percentile(row, 50);

    /// <summary>The value below which the given part of all values lies.</summary>
    public double? Percentile(string row, int percent)
    {
        if (!_rows.TryGetValue(row, out List<double>? values))
            return null;
        double[] sorted = [.. values.Order()];
        return sorted[Math.Min(sorted.Length - 1, sorted.Length * percent / 100)];
    }
}
