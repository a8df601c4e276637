namespace Coracle.Isolation.Launch.Planning;

/// <summary>What an <see cref="Operand"/> is. Two bits each in <see cref="Operation.Kinds"/>.</summary>
internal enum OperandKind
{
    Immediate,
    DataAddress,
    CellValue,
    CellAddress,
}
