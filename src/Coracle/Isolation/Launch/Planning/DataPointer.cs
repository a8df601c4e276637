namespace Coracle.Isolation.Launch.Planning;

/// <summary>A word of a plan's data that holds an address.</summary>
/// <param name="Offset">Where in the data it is.</param>
/// <param name="Target">What it points to.</param>
internal readonly record struct DataPointer(int Offset, Operand Target);
