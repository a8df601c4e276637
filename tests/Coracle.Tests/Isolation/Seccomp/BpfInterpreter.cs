using System.Buffers.Binary;

namespace Coracle.Tests.Isolation.Seccomp;

/// <summary>Runs a classic BPF program over one <c>struct seccomp_data</c>, as strictly as the kernel checks it.</summary>
internal static class BpfInterpreter
{
    internal static uint Run(ReadOnlySpan<byte> program, uint architecture, uint number, ReadOnlySpan<ulong> arguments)
    {
        Span<byte> data = stackalloc byte[64];
        BinaryPrimitives.WriteUInt32LittleEndian(data, number);
        BinaryPrimitives.WriteUInt32LittleEndian(data[4..], architecture);
        for (int i = 0; i < arguments.Length; i++)
            BinaryPrimitives.WriteUInt64LittleEndian(data[(16 + (8 * i))..], arguments[i]);
        uint a = 0;
        int at = 0;
        while (true)
        {
            ReadOnlySpan<byte> instruction = program.Slice(at * 8, 8);
            uint operand = BinaryPrimitives.ReadUInt32LittleEndian(instruction[4..]);
            at++;
            switch (BinaryPrimitives.ReadUInt16LittleEndian(instruction))
            {
                case 0x20 when operand % 4 == 0 && operand < 64:
                    a = BinaryPrimitives.ReadUInt32LittleEndian(data[(int)operand..]);
                    break;
                case 0x54:
                    a &= operand;
                    break;
                case 0x05:
                    at += checked((int)operand);
                    break;
                case 0x15:
                    at += a == operand ? instruction[2] : instruction[3];
                    break;
                case 0x25:
                    at += a > operand ? instruction[2] : instruction[3];
                    break;
                case 0x35:
                    at += a >= operand ? instruction[2] : instruction[3];
                    break;
                case 0x06:
                    return operand;
                default:
                    throw new InvalidOperationException($"instruction {at - 1} is not valid");
            }
        }
    }
}
