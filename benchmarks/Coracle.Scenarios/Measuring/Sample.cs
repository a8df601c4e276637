namespace Coracle.Scenarios.Measuring;

/// <summary>One measured value of a row.</summary>
internal readonly record struct Sample(string Row, double Value);
