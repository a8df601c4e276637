using System.Runtime.CompilerServices;
using Coracle.Kernel.Interop;

namespace Coracle.Isolation.Launch.Planning;

/// <summary>One operation of a plan: a system call, or a calculation <c>(a0 &amp; a2) - a1</c>, and what to do with its
/// result.</summary>
internal struct Operation
{
    internal const int ArgumentCount = 6;

    /// <summary>Any error is tolerated: on with the next operation.</summary>
    internal const int IgnoreErrors = -1;

    /// <summary>No cell takes the result.</summary>
    internal const int NoResult = -1;

    /// <summary>The call; without meaning if <see cref="IsCalculation"/>.</summary>
    internal Syscall Call;

    internal bool IsCalculation;

    /// <summary>What it does, for a person, for example "mount proc".</summary>
    internal string Step;

    /// <summary>What it does it to, for example "/proc"; null if the step says it all.</summary>
    internal string? Subject;

    internal Arguments Values;

    /// <summary>The <see cref="OperandKind"/> of each argument, two bits each, the first argument lowest.</summary>
    internal ushort Kinds;

    /// <summary>The only tolerated errno; 0 for any. Without meaning if <see cref="OnError"/> is 0.</summary>
    internal ushort ToleratedErrno;

    /// <summary>The offset of the cell that takes the result, or <see cref="NoResult"/>.</summary>
    internal int Result;

    /// <summary>The label to go to on a result of zero; 0 for none.</summary>
    internal int OnZero;

    /// <summary>The label to go to on a tolerated error, or <see cref="IgnoreErrors"/>; 0 to give up.</summary>
    internal int OnError;

    /// <summary>The step and what it is done to.</summary>
    internal readonly string Description => Subject is null ? Step : $"{Step}: {Subject}";

    internal readonly Operand Argument(int index) => KindOf(index) switch
    {
        OperandKind.Immediate => Values[index],
        OperandKind.DataAddress => Operand.Data((int)Values[index]),
        OperandKind.CellValue => new Cell((int)Values[index]),
        _ => Operand.AddressOf(new Cell((int)Values[index])),
    };

    internal readonly OperandKind KindOf(int index) => (OperandKind)((Kinds >> (index * 2)) & 3);

    internal void SetArgument(int index, Operand operand)
    {
        Values[index] = operand.Value;
        Kinds |= (ushort)((int)operand.Kind << (index * 2));
    }

    [InlineArray(ArgumentCount)]
    internal struct Arguments
    {
        private long _first;
    }
}
