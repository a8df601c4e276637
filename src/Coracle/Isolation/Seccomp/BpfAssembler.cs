using System.Buffers.Binary;

namespace Coracle.Isolation.Seccomp;

/// <summary>
/// Writes a BPF program from its end to its beginning: jumps only go forward, so every target is known when a jump is
/// written. A target is the number that the method that wrote the instruction returned.
/// </summary>
internal sealed class BpfAssembler
{
    // The offset of a conditional jump has eight bits.
    private const int NearJump = 255;

    // linux/bpf_common.h
    private const int MaxInstructions = 4096;

    private readonly List<BpfInstruction> _reversed = [];
    private readonly Dictionary<SeccompAction, int> _lastReturns = [];

    /// <summary>A return of an action near enough for the next instruction to jump to.</summary>
    internal int Return(SeccompAction action)
    {
        // Two instructions of room: a jump may need one long jump before it for each of its targets.
        if (_lastReturns.TryGetValue(action, out int last) && Distance(last) <= NearJump - 2)
            return last;
        return _lastReturns[action] = Add(new BpfInstruction(BpfInstruction.Return, 0, 0, action.Value));
    }

    /// <summary>Loads a word of seccomp_data, then goes on with an instruction.</summary>
    internal int Load(uint offset, int next) => Before(next, new BpfInstruction(BpfInstruction.LoadWord, 0, 0, offset));

    /// <summary>Masks the word, then goes on with an instruction.</summary>
    internal int And(uint mask, int next) => Before(next, new BpfInstruction(BpfInstruction.And, 0, 0, mask));

    /// <summary>A test of the word, and where to go.</summary>
    internal int Test(ushort code, uint operand, int ifTrue, int ifFalse)
    {
        if (ifTrue == ifFalse)
            return ifTrue;
        ifTrue = Near(ifTrue, reserve: 1);
        ifFalse = Near(ifFalse, reserve: 0);
        return Add(new BpfInstruction(code, (byte)Distance(ifTrue), (byte)Distance(ifFalse), operand));
    }

    /// <summary>The instructions in their order, as the kernel takes them.</summary>
    /// <exception cref="ContainerRuntimeException">There are more than the kernel takes.</exception>
    internal byte[] ToProgram()
    {
        if (_reversed.Count > MaxInstructions)
        {
            throw new ContainerRuntimeException(
                RuntimeErrorKind.InvalidInput,
                $"compile seccomp profile: {_reversed.Count} instructions are more than the {MaxInstructions} that the kernel takes");
        }
        byte[] program = new byte[_reversed.Count * BpfInstruction.Size];
        Span<byte> target = program;
        for (int i = _reversed.Count - 1; i >= 0; i--, target = target[BpfInstruction.Size..])
        {
            BinaryPrimitives.WriteUInt16LittleEndian(target, _reversed[i].Code);
            target[2] = _reversed[i].JumpTrue;
            target[3] = _reversed[i].JumpFalse;
            BinaryPrimitives.WriteUInt32LittleEndian(target[4..], _reversed[i].Operand);
        }
        return program;
    }

    // What does not jump goes on with the instruction that is written already.
    private int Before(int next, BpfInstruction instruction)
    {
        if (Distance(next) > 0)
            Add(new BpfInstruction(BpfInstruction.Jump, 0, 0, (uint)Distance(next)));
        return Add(instruction);
    }

    private int Near(int target, int reserve) => Distance(target) <= NearJump - reserve
        ? target
        : Add(new BpfInstruction(BpfInstruction.Jump, 0, 0, (uint)Distance(target)));

    // From the instruction written next to the target.
    private int Distance(int target) => _reversed.Count - target - 1;

    private int Add(BpfInstruction instruction)
    {
        _reversed.Add(instruction);
        return _reversed.Count - 1;
    }
}
