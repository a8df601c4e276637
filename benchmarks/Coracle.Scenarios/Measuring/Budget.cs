namespace Coracle.Scenarios.Measuring;

/// <summary>A promise: the median of a row against those of others, or against a number.</summary>
/// <param name="Row">Our row.</param>
/// <param name="Limit">The limit of the ratio, or of the value itself if there is nobody to compare with.</param>
/// <param name="Against">The rows of which the best counts; none for a limit of the value itself.</param>
/// <param name="AtLeast">Whether the value must not be under the limit, rather than over it.</param>
internal sealed record Budget(string Row, double Limit, IReadOnlyList<string> Against, bool AtLeast = false)
{
    /// <summary>The ratio (or value) measured; null if a row is missing.</summary>
    public double? Measure(Measurements measurements)
    {
        double? ours = measurements.Median(Row);
        if (Against.Count == 0)
            return ours;
        double?[] others = [.. Against.Select(measurements.Median).Where(median => median is not null)];
        return others.Length == 0 ? null : ours / (AtLeast ? others.Max() : others.Min());
    }

    /// <summary>Whether a ratio (or value) keeps the promise.</summary>
    public bool IsMetBy(double measured) => AtLeast ? measured >= Limit : measured <= Limit;

    /// <summary>What is compared, for people.</summary>
    public string Describe(Measurements measurements)
    {
        string[] there = [.. Against.Where(row => measurements.Count(row) > 0)];
        return Against.Count switch
        {
            0 => Row,
            1 => $"{Row} / {Against[0]}",
            _ => $"{Row} / best of {string.Join(", ", there.Length == 0 ? Against : there)}",
        };
    }
}
