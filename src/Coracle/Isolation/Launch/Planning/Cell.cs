namespace Coracle.Isolation.Launch.Planning;

/// <summary>A variable of 8 bytes of the running plan, zero at the start. It is no part of the message.</summary>
/// <param name="Offset">Its place among the cells, in bytes.</param>
internal readonly record struct Cell(int Offset)
{
    /// <summary>The size of a cell.</summary>
    internal const int Size = 8;
}
