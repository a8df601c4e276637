namespace Coracle.Isolation.Seccomp;

/// <summary>An instruction of classic BPF (linux/filter.h, struct sock_filter).</summary>
internal readonly struct BpfInstruction(ushort code, byte jumpTrue, byte jumpFalse, uint operand)
{
    /// <summary>The size of an instruction in bytes.</summary>
    internal const int Size = 8;

    /// <summary>A = the word of seccomp_data at an offset.</summary>
    internal const ushort LoadWord = 0x20;

    /// <summary>A = A and operand.</summary>
    internal const ushort And = 0x54;

    /// <summary>Goto, by the operand.</summary>
    internal const ushort Jump = 0x05;

    /// <summary>Is A the operand?</summary>
    internal const ushort JumpIfEqual = 0x15;

    /// <summary>Is A above the operand?</summary>
    internal const ushort JumpIfGreater = 0x25;

    /// <summary>Is A the operand or above?</summary>
    internal const ushort JumpIfGreaterOrEqual = 0x35;

    /// <summary>The operand is the result.</summary>
    internal const ushort Return = 0x06;

    /// <summary>The eight bytes, as a little-endian number.</summary>
    internal ulong Encode() => code | ((ulong)jumpTrue << 16) | ((ulong)jumpFalse << 24) | ((ulong)operand << 32);
}
