namespace Coracle.Isolation.Launch.Planning;

/// <summary>A structure in a plan's data.</summary>
/// <param name="Offset">Where in the data it is.</param>
/// <param name="Length">How long it is, in bytes.</param>
internal readonly record struct DataBlock(int Offset, int Length);
