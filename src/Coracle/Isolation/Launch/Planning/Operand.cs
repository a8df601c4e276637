namespace Coracle.Isolation.Launch.Planning;

/// <summary>One argument of an operation: a number, the address of data of the plan, or a cell's value or address.</summary>
internal readonly struct Operand
{
    private Operand(OperandKind kind, long value)
    {
        Kind = kind;
        Value = value;
    }

    internal OperandKind Kind { get; }

    /// <summary>The number; or the offset in the data or in the cells.</summary>
    internal long Value { get; }

    public static implicit operator Operand(long value) => new(OperandKind.Immediate, value);

    public static implicit operator Operand(int value) => new(OperandKind.Immediate, value);

    public static implicit operator Operand(uint value) => new(OperandKind.Immediate, value);

    public static implicit operator Operand(ulong value) => new(OperandKind.Immediate, (long)value);

    public static implicit operator Operand(Cell cell) => new(OperandKind.CellValue, cell.Offset);

    /// <summary>An address some bytes further on in the same data.</summary>
    internal Operand Plus(int bytes) => new(Kind, Value + bytes);

    internal static Operand Data(int offset) => new(OperandKind.DataAddress, offset);

    internal static Operand AddressOf(Cell cell) => new(OperandKind.CellAddress, cell.Offset);
}
