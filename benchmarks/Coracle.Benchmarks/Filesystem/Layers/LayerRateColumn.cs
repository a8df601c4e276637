using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace Coracle.Benchmarks.Filesystem.Layers;

/// <summary>A column of something of a layer per second.</summary>
internal sealed class LayerRateColumn(string name, Func<SampleLayer, double> amount) : IColumn
{
    public string Id => $"{nameof(LayerRateColumn)}.{name}";

    public string ColumnName => name;

    public bool AlwaysShow => false;

    public ColumnCategory Category => ColumnCategory.Statistics;

    public int PriorityInCategory => 0;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public string Legend => $"{name} of the layer's files, by the mean time";

    public bool IsAvailable(Summary summary) =>
        summary.BenchmarksCases.Any(benchmark => benchmark.Parameters.Items.Any(parameter => parameter.Value is SampleLayer));

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase) =>
        benchmarkCase.Parameters.Items.Select(parameter => parameter.Value).OfType<SampleLayer>().FirstOrDefault() is { } layer
            && summary[benchmarkCase]?.ResultStatistics is { } statistics
                ? (amount(layer) / (statistics.Mean / 1e9)).ToString("N0")
                : "-";

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) => GetValue(summary, benchmarkCase);
}
