namespace Coracle.Isolation.Seccomp;

/// <summary>Writes the part of a program that looks at the arguments of one call. BPF knows 32-bit words only, so each
/// argument is taken as two halves.</summary>
internal sealed class ArgumentTests(BpfAssembler assembler)
{
    // linux/seccomp.h, struct seccomp_data. Both architectures are little-endian: the low half comes first.
    private const uint ArgumentsOffset = 16;
    private const uint ArgumentSize = 8;
    private const uint HighHalf = 4;

    /// <summary>Writes a decision; the returned instruction is its first.</summary>
    internal int Decide(SyscallDecision decision)
    {
        if (decision.IsConstant)
            return assembler.Return(decision.Fallback);
        if (ArgumentRanges.TryMake(decision) is { } ranges)
            return Search(ranges);
        int entry = assembler.Return(decision.Fallback);
        for (int i = decision.Rules.Length - 1; i >= 0; i--)
        {
            SyscallRule rule = decision.Rules[i];
            int next = entry;
            entry = assembler.Return(rule.Action);
            for (int j = rule.Conditions.Length - 1; j >= 0; j--)
                entry = Condition(rule.Conditions[j], entry, next);
        }
        return entry;
    }

    private int Condition(ArgumentCondition condition, int yes, int no)
    {
        if (yes == no)
            return yes;
        uint low = (uint)condition.Operand;
        uint high = (uint)(condition.Operand >> 32);
        return condition.Operator switch
        {
            ArgumentOperator.Equal => Masked(condition, yes, no),
            ArgumentOperator.NotEqual => Masked(condition, no, yes),
            ArgumentOperator.MaskedEqual => Masked(condition, yes, no),
            ArgumentOperator.GreaterOrEqual => Above(condition.Index, BpfInstruction.JumpIfGreaterOrEqual, yes, no),
            ArgumentOperator.Less => Above(condition.Index, BpfInstruction.JumpIfGreaterOrEqual, no, yes),
            ArgumentOperator.Greater => Above(condition.Index, BpfInstruction.JumpIfGreater, yes, no),
            _ => Above(condition.Index, BpfInstruction.JumpIfGreater, no, yes),
        };

        int Above(int index, ushort code, int above, int below)
        {
            int lowTest = LoadLow(index, assembler.Test(code, low, above, below));
            int equalTest = assembler.Test(BpfInstruction.JumpIfEqual, high, lowTest, below);
            return LoadHigh(index, assembler.Test(BpfInstruction.JumpIfGreater, high, above, equalTest));
        }
    }

    private int Masked(ArgumentCondition condition, int yes, int no)
    {
        int low = MaskedHalf((uint)condition.Mask, (uint)condition.Operand, yes, no);
        if (low != yes && low != no)
            low = LoadLow(condition.Index, low);
        int high = MaskedHalf((uint)(condition.Mask >> 32), (uint)(condition.Operand >> 32), low, no);
        return high == low || high == no ? high : LoadHigh(condition.Index, high);
    }

    // Nothing is written where the mask leaves nothing to compare.
    private int MaskedHalf(uint mask, uint operand, int yes, int no)
    {
        if (mask == 0)
            return operand == 0 ? yes : no;
        if (yes == no)
            return no;
        int test = assembler.Test(BpfInstruction.JumpIfEqual, operand, yes, no);
        return mask == uint.MaxValue ? test : assembler.And(mask, test);
    }

    private int Search(ArgumentRanges ranges)
    {
        int above = assembler.Return(ranges.Above32Bits);
        int low = LoadLow(ranges.Index, SearchLow(ranges.Starts));
        return LoadHigh(ranges.Index, assembler.Test(BpfInstruction.JumpIfEqual, 0, low, above));
    }

    private int SearchLow(ReadOnlySpan<ArgumentRange> starts)
    {
        if (starts.Length == 1)
            return assembler.Return(starts[0].Action);
        int middle = starts.Length / 2;
        int upper = SearchLow(starts[middle..]);
        int lower = SearchLow(starts[..middle]);
        return assembler.Test(BpfInstruction.JumpIfGreaterOrEqual, starts[middle].Start, upper, lower);
    }

    private int LoadLow(int index, int next) => assembler.Load(ArgumentsOffset + ((uint)index * ArgumentSize), next);

    private int LoadHigh(int index, int next) =>
        assembler.Load(ArgumentsOffset + ((uint)index * ArgumentSize) + HighHalf, next);
}
