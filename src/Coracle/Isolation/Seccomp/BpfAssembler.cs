using System.Runtime.InteropServices;

namespace Coracle.Isolation.Seccomp;

/// <summary>
/// Writes a BPF program from its end to its beginning: jumps only go forward, so every target is known when a jump is
/// written. A target is the number that the method that wrote the instruction returned.
/// </summary>
internal sealed class BpfAssembler
{
    // The offset of a conditional jump has eight bits.
    private const int NearJump = 255;

    // linux/bpf_common.h, BPF_MAXINSNS
    private const int MaxInstructions = 4096;

    // Each instruction as a number: struct sock_filter is 8 bytes, and both architectures are little-endian.
    private readonly ulong[] _program = new ulong[MaxInstructions];
    private int _first = MaxInstructions;

    /// <summary>A return of an action near enough for the next instruction to jump to.</summary>
    internal int Return(SeccompAction action)
    {
        ulong instruction = new BpfInstruction(BpfInstruction.Return, 0, 0, action.Value).Encode();
        // Two instructions of room: a jump may need one long jump before it for each of its targets.
        int end = Math.Min(MaxInstructions, _first + NearJump - 1);
        for (int i = _first; i < end; i++)
        {
            if (_program[i] == instruction)
                return i;
        }
        return Add(instruction);
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
        return Add(new BpfInstruction(code, (byte)Distance(ifTrue), (byte)Distance(ifFalse), operand).Encode());
    }

    /// <summary>The instructions as the kernel takes them.</summary>
    internal byte[] ToProgram() => MemoryMarshal.AsBytes(_program.AsSpan(_first)).ToArray();

    private int Near(int target, int reserve) => Distance(target) <= NearJump - reserve ? target : JumpTo(target);

    // What does not jump goes on with the instruction that is written already.
    private int Before(int next, BpfInstruction instruction)
    {
        if (Distance(next) > 0)
            JumpTo(next);
        return Add(instruction.Encode());
    }

    private int JumpTo(int target) =>
        Add(new BpfInstruction(BpfInstruction.Jump, 0, 0, (uint)Distance(target)).Encode());

    // From the instruction written next to the target.
    private int Distance(int target) => target - _first;

    private int Add(ulong instruction)
    {
        if (_first == 0)
        {
            throw new ContainerRuntimeException(
                RuntimeErrorKind.InvalidInput,
                $"compile seccomp profile: it needs more than the {MaxInstructions} instructions that the kernel takes");
        }
        _program[--_first] = instruction;
        return _first;
    }
}
