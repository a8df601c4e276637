namespace Coracle.Scenarios.Measuring;

/// <summary>The outcome of one scenario, as text.</summary>
/// <param name="Title">What was measured.</param>
/// <param name="Measurements">The rows; a name ends with its unit.</param>
/// <param name="Ours">Our rows: the table has a column for each, its ratio to every row.</param>
/// <param name="Budgets">The promises.</param>
internal sealed record Report(
    string Title, Measurements Measurements, IReadOnlyList<string> Ours, IReadOnlyList<Budget> Budgets)
{
    /// <summary>How many promises are broken.</summary>
    public int Missed => Budgets.Count(budget => budget.Measure(Measurements) is { } measured && !budget.IsMetBy(measured));

    /// <summary>Prints rows, budgets, and who was missing.</summary>
    public Report Print(TextWriter writer)
    {
        writer.WriteLine();
        writer.WriteLine(Title);
        string ratios = string.Concat(Ours.Select((_, index) => $"{$"[{index + 1}]/row",10}"));
        writer.WriteLine($"  {"",-52}{"median",10}{"p10",10}{"p90",10}{"n",5}{ratios}");
        foreach (string row in Measurements.Rows)
            writer.WriteLine($"  {Mark(row),-52}{Value(row, 50)}{Value(row, 10)}{Value(row, 90)}{Measurements.Count(row),5}{Ratios(row)}");
        foreach ((string name, string reason) in Measurements.Missing)
            writer.WriteLine($"  {name}: missing ({reason})");
        foreach (Budget budget in Budgets)
        {
            string limit = $"{(budget.AtLeast ? ">=" : "<=")} {budget.Limit:0.0##}";
            string verdict = budget.Measure(Measurements) is not { } measured
                ? $"{"-",10}  {limit,-9} not measured"
                : $"{measured,10:0.000}  {limit,-9} {(budget.IsMetBy(measured) ? "met" : "MISSED")}";
            writer.WriteLine($"    {budget.Describe(Measurements),-72}{verdict}");
        }
        writer.Flush();
        return this;
    }

    private string Mark(string row) => Ours.Index().FirstOrDefault(ours => ours.Item == row) is { Item: not null } found
        ? $"{row} [{found.Index + 1}]"
        : row;

    private string Value(string row, int percent) => $"{Measurements.Percentile(row, percent),10:0.###}";

    // A ratio of two units says nothing.
    private string Ratios(string row) => string.Concat(Ours.Select(ours =>
        Unit(ours) == Unit(row) ? $"{Measurements.Median(ours) / Measurements.Median(row),10:0.000}" : $"{"",10}"));

    private static string Unit(string row) => row[(row.LastIndexOf(' ') + 1)..];
}
