using Coracle.Kernel.Interop;

namespace Coracle.Isolation.Launch.Planning;

/// <summary>Writes a plan: operations in order, the data they point to, the cells they calculate with.</summary>
/// <remarks>The methods that qualify an operation (<see cref="Into"/>, <see cref="OnZero"/>, <see cref="OnError"/>,
/// <see cref="Ignore"/>) speak of the last one added.</remarks>
internal sealed partial class PlanBuilder
{
    // A default container has some 260 operations: one array of 32 KB, no growing.
    private const int UsualOperations = 320;

    private readonly List<int> _labels = [0]; // label 0 is no label
    private Operation[] _operations = new Operation[UsualOperations];
    private int _count;
    private int _cellBytes;

    /// <summary>How many operations there are.</summary>
    internal int Count => _count;

    /// <summary>Adds a system call. An error that is not tolerated ends the plan and is reported.</summary>
    /// <param name="call">The call.</param>
    /// <param name="step">What it does, for a person.</param>
    /// <param name="subject">What it does it to; null if the step says it all.</param>
    /// <param name="a0">The first argument.</param>
    /// <param name="a1">The second argument.</param>
    /// <param name="a2">The third argument.</param>
    /// <param name="a3">The fourth argument.</param>
    /// <param name="a4">The fifth argument.</param>
    /// <param name="a5">The sixth argument.</param>
    internal PlanBuilder Add(
        Syscall call,
        string step,
        string? subject = null,
        Operand a0 = default,
        Operand a1 = default,
        Operand a2 = default,
        Operand a3 = default,
        Operand a4 = default,
        Operand a5 = default)
    {
        ref Operation operation = ref Append(step, subject);
        operation.Call = call;
        operation.SetArgument(0, a0);
        operation.SetArgument(1, a1);
        operation.SetArgument(2, a2);
        operation.SetArgument(3, a3);
        operation.SetArgument(4, a4);
        operation.SetArgument(5, a5);
        return this;
    }

    /// <summary>Adds the calculation <c>(value &amp; mask) - subtrahend</c>. A result of -4095 to -1 is an error.</summary>
    internal PlanBuilder Calculate(string step, Operand value, Operand subtrahend, Operand mask)
    {
        ref Operation operation = ref Append(step, null);
        operation.IsCalculation = true;
        operation.SetArgument(0, value);
        operation.SetArgument(1, subtrahend);
        operation.SetArgument(2, mask);
        return this;
    }

    /// <summary>Stores a value in a cell.</summary>
    internal void Set(Cell cell, Operand value) => Calculate("set", value, 0, -1).Into(cell);

    /// <summary>Goes to a label.</summary>
    internal void Goto(Label label) => Calculate("go", 0, 0, 0).OnZero(label);

    /// <summary>Gives up as if a system call had failed.</summary>
    internal void Fail(int errno, string step, string? subject)
    {
        Calculate(step, 0, errno, 0);
        Last.Subject = subject;
    }

    /// <summary>The cell takes the result.</summary>
    internal PlanBuilder Into(Cell cell)
    {
        Last.Result = cell.Offset;
        return this;
    }

    /// <summary>On a result of zero, goes to the label.</summary>
    internal PlanBuilder OnZero(Label label)
    {
        Last.OnZero = label.Id;
        return this;
    }

    /// <summary>On an error (or only on one errno, if given), goes to the label.</summary>
    internal PlanBuilder OnError(Label label, int errno = 0)
    {
        Last.OnError = label.Id;
        Last.ToleratedErrno = (ushort)errno;
        return this;
    }

    /// <summary>Tolerates errors (or only one errno, if given) and goes on with the next operation.</summary>
    internal PlanBuilder Ignore(int errno = 0)
    {
        Last.OnError = Operation.IgnoreErrors;
        Last.ToleratedErrno = (ushort)errno;
        return this;
    }

    /// <summary>A new cell, or a row of them.</summary>
    internal Cell NewCell(int count = 1)
    {
        Cell cell = new(_cellBytes);
        _cellBytes += count * Cell.Size;
        return cell;
    }

    /// <summary>A label that is not put down yet.</summary>
    internal Label NewLabel()
    {
        _labels.Add(-1);
        return new Label(_labels.Count - 1);
    }

    /// <summary>Puts the label before the next operation.</summary>
    internal void Place(Label label) => _labels[label.Id] = _count;

    /// <summary>The plan. The builder must not be used afterwards.</summary>
    /// <param name="goal">What it is for, as errors say it.</param>
    /// <param name="makesTerminal">Whether it makes a terminal and sends the master side to the host.</param>
    internal LaunchPlan Build(string goal = "start container", bool makesTerminal = false) => new()
    {
        Goal = goal,
        MakesTerminal = makesTerminal,
        Operations = _operations.AsMemory(0, _count),
        Labels = _labels,
        Data = _data.AsMemory(0, _dataLength),
        Pointers = _pointers,
        Texts = _texts,
        Blocks = _blocks,
        CellBytes = _cellBytes,
    };

    private ref Operation Last => ref _operations[_count - 1];

    private ref Operation Append(string step, string? subject)
    {
        if (_count == _operations.Length)
            Array.Resize(ref _operations, _count * 2);
        ref Operation operation = ref _operations[_count++];
        operation.Step = step;
        operation.Subject = subject;
        operation.Result = Operation.NoResult;
        return ref operation;
    }
}
