using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Coracle.Isolation.Launch.Planning;

/// <summary>A plan as text, one operation a line: for the log, for error messages, and for golden files.</summary>
internal sealed class PlanListing
{
    private const int LargestDecimal = 4096;
    private const int SmallestDecimal = -100; // AT_FDCWD
    private const int LongestBlock = 16 * sizeof(long);

    private readonly LaunchPlan _plan;
    private readonly Dictionary<int, string> _texts = [];
    private readonly Dictionary<int, int> _blocks = [];
    private readonly Dictionary<int, Operand> _pointers = [];

    private PlanListing(LaunchPlan plan)
    {
        _plan = plan;
        foreach ((string text, int offset) in plan.Texts)
            _texts[offset] = text;
        foreach (DataBlock block in plan.Blocks)
            _blocks[block.Offset] = block.Length;
        foreach (DataPointer pointer in plan.Pointers)
            _pointers[pointer.Offset] = pointer.Target;
    }

    /// <summary>The whole plan.</summary>
    internal static string Of(LaunchPlan plan)
    {
        PlanListing listing = new(plan);
        StringBuilder text = new();
        for (int i = 0; i < plan.Operations.Length; i++)
            text.Append(CultureInfo.InvariantCulture, $"{i,4}  ").Append(listing.Line(i)).Append('\n');
        return text.ToString();
    }

    /// <summary>One operation of it, without its number.</summary>
    internal static string Of(LaunchPlan plan, int index) => new PlanListing(plan).Line(index);

    private string Line(int index)
    {
        ref readonly Operation operation = ref _plan.Operations.Span[index];
        StringBuilder line = new();
        line.Append(operation.IsCalculation ? "calculate" : operation.Call.ToString()).Append('(');
        int count = Operation.ArgumentCount;
        while (count > 0 && operation.KindOf(count - 1) == OperandKind.Immediate && operation.Values[count - 1] == 0)
            count--;
        for (int i = 0; i < count; i++)
            line.Append(i == 0 ? "" : ", ").Append(Text(operation.Argument(i)));
        line.Append(')');
        if (operation.Result != Operation.NoResult)
            line.Append(CultureInfo.InvariantCulture, $" -> c{operation.Result / Cell.Size}");
        if (operation.OnZero != 0)
            line.Append(CultureInfo.InvariantCulture, $" ; zero: go to {_plan.Labels[operation.OnZero]}");
        if (operation.OnError != 0)
            line.Append(" ; ").Append(Tolerance(in operation));
        return line.Append("   # ").Append(operation.Description).ToString();
    }

    private string Tolerance(in Operation operation)
    {
        string what = operation.ToleratedErrno == 0
            ? "errors"
            : string.Create(CultureInfo.InvariantCulture, $"errno {operation.ToleratedErrno}");
        return operation.OnError == Operation.IgnoreErrors
            ? $"{what}: ignored"
            : string.Create(CultureInfo.InvariantCulture, $"{what}: go to {_plan.Labels[operation.OnError]}");
    }

    private string Text(Operand operand) => operand.Kind switch
    {
        OperandKind.Immediate => Number(operand.Value),
        OperandKind.DataAddress => Data((int)operand.Value),
        OperandKind.CellValue => $"c{operand.Value / Cell.Size}",
        _ => $"&c{operand.Value / Cell.Size}",
    };

    private string Data(int offset)
    {
        if (_texts.TryGetValue(offset, out string? text))
            return $"\"{text.Replace("\n", "\\n", StringComparison.Ordinal)}\"";
        if (!_blocks.TryGetValue(offset, out int length))
            return "[inside]";
        if (length > LongestBlock || length % sizeof(long) != 0)
            return $"[{length} bytes]";
        IEnumerable<string> words = Enumerable.Range(0, length / sizeof(long)).Select(i => Word(offset + (i * sizeof(long))));
        return $"[{string.Join(", ", words)}]";
    }

    private string Word(int offset) => _pointers.TryGetValue(offset, out Operand target)
        ? Text(target)
        : Number(BinaryPrimitives.ReadInt64LittleEndian(_plan.Data.Span[offset..]));

    private static string Number(long value) => value is > LargestDecimal or < SmallestDecimal
        ? string.Create(CultureInfo.InvariantCulture, $"0x{value:x}")
        : value.ToString(CultureInfo.InvariantCulture);
}
