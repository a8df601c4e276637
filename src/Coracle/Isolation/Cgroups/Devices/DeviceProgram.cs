using System.Runtime.InteropServices;

namespace Coracle.Isolation.Cgroups.Devices;

/// <summary>
/// Writes the program that decides about devices in version 2, where there is no list of rules. It goes through the rules
/// from the last to the first: a rule takes the accesses that it allows off what was asked for, or refuses. So each access is
/// decided by the last rule about it, as version 1 does.
/// </summary>
internal static class DeviceProgram
{
    // Instructions of eBPF (linux/bpf.h): code, destination and source register, offset, immediate.
    private const byte LoadWord = 0x61;
    private const byte MoveRegister = 0xBC;
    private const byte MoveImmediate = 0xB4;
    private const byte AndImmediate = 0x54;
    private const byte ShiftRight = 0x74;
    private const byte Jump = 0x05;
    private const byte JumpIfNotImmediate = 0x56;
    private const byte JumpIfAny = 0x46;
    private const byte Exit = 0x95;

    // struct bpf_cgroup_dev_ctx: the access in the upper half of the first word, the type in the lower.
    private const int MajorOffset = 4;
    private const int MinorOffset = 8;
    private const int AccessShift = 16;
    private const int TypeMask = 0xFFFF;

    private const int Result = 0;
    private const int Context = 1;
    private const int Type = 2;
    private const int Access = 3;
    private const int Major = 4;
    private const int Minor = 5;

    /// <summary>The instructions for rules in their order.</summary>
    internal static byte[] Write(IReadOnlyList<DeviceRule> rules)
    {
        List<ulong> program =
        [
            Instruction(LoadWord, Type, Context),
            Instruction(MoveRegister, Access, Type),
            Instruction(AndImmediate, Type, immediate: TypeMask),
            Instruction(ShiftRight, Access, immediate: AccessShift),
            Instruction(LoadWord, Major, Context, MajorOffset),
            Instruction(LoadWord, Minor, Context, MinorOffset),
        ];
        for (int i = rules.Count - 1; i >= 0; i--)
            AppendRule(program, rules[i]);
        AppendResult(program, allow: true);
        return MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(program)).ToArray();
    }

    private static void AppendRule(List<ulong> program, DeviceRule rule)
    {
        List<ulong> body = [];
        if (rule.Allow)
        {
            body.Add(Instruction(AndImmediate, Access, immediate: ~rule.Access));
            body.Add(Instruction(JumpIfNotImmediate, Access, offset: 2));
            AppendResult(body, allow: true);
        }
        else
        {
            body.Add(Instruction(JumpIfAny, Access, offset: 1, immediate: rule.Access));
            // Over the refusal.
            body.Add(Instruction(Jump, 0, offset: 2));
            AppendResult(body, allow: false);
        }
        List<ulong> tests = [];
        AppendTest(tests, Minor, rule.Minor, body.Count);
        AppendTest(tests, Major, rule.Major, body.Count);
        AppendTest(tests, Type, rule.Type, body.Count);
        tests.Reverse();
        program.AddRange(tests);
        program.AddRange(body);
    }

    // Written from the last to the first: each jumps over those that follow and the body.
    private static void AppendTest(List<ulong> tests, int register, long? value, int bodyLength)
    {
        if (value is { } wanted)
            tests.Add(Instruction(JumpIfNotImmediate, register, offset: tests.Count + bodyLength, immediate: (int)(uint)wanted));
    }

    private static void AppendResult(List<ulong> program, bool allow)
    {
        program.Add(Instruction(MoveImmediate, Result, immediate: allow ? 1 : 0));
        program.Add(Instruction(Exit, 0));
    }

    private static ulong Instruction(byte code, int destination, int source = 0, int offset = 0, int immediate = 0) =>
        code | ((ulong)destination << 8) | ((ulong)source << 12) | ((ulong)(ushort)offset << 16) | ((ulong)(uint)immediate << 32);
}
