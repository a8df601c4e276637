using System.Buffers.Binary;
using Coracle.Isolation.Cgroups.Devices;
using Coracle.Isolation.Spec;

namespace Coracle.Tests.Isolation.Cgroups;

public sealed class DeviceProgramTests
{
    private const int Character = 2;
    private const int Block = 1;
    private const int MakeNode = 1;
    private const int Read = 2;
    private const int Write = 4;

    [Theory]
    [InlineData(Character, 1, 3, Read | Write, true)]
    [InlineData(Character, 1, 1, Read, false)]
    [InlineData(Character, 1, 1, MakeNode, true)]
    [InlineData(Character, 1, 1, MakeNode | Read, false)]
    [InlineData(Block, 8, 0, Read, false)]
    [InlineData(Block, 8, 0, MakeNode, true)]
    [InlineData(Block, 1, 3, Read, false)]
    [InlineData(Character, 136, 77, Read | Write, true)]
    [InlineData(Character, 10, 229, Read, false)]
    [InlineData(Character, 5, 2, Write, true)]
    public void Write_DefaultRules_DecideAsDocker(int type, int major, int minor, int access, bool allowed) =>
        Run(DefaultSpec.DeviceRules, type, major, minor, access).Should().Be(allowed);

    [Fact]
    public void Write_NoRules_AllowsEverything() => Run([], Block, 8, 0, Read | Write | MakeNode).Should().BeTrue();

    [Fact]
    public void Write_RandomRules_EachAccessIsDecidedByTheLastRuleAboutIt()
    {
        Random random = new(7);
        for (int round = 0; round < 2000; round++)
        {
            LinuxDeviceRule[] rules =
            [
                .. Enumerable.Range(0, random.Next(8)).Select(_ => new LinuxDeviceRule
                {
                    Allow = random.Next(2) == 0,
                    Type = new[] { "a", "b", "c", null }[random.Next(4)],
                    Major = random.Next(3) == 0 ? null : random.Next(3),
                    Minor = random.Next(3) == 0 ? -1 : random.Next(3),
                    Access = new[] { "r", "w", "m", "rw", "rm", "rwm", null }[random.Next(7)],
                }),
            ];
            (int type, int major, int minor, int access) = (random.Next(1, 3), random.Next(3), random.Next(3), random.Next(1, 8));

            Run(rules, type, major, minor, access).Should().Be(
                ((int[])[MakeNode, Read, Write]).Where(bit => (access & bit) != 0).All(bit => LastAllows(rules, type, major, minor, bit)));
        }
    }

    [Theory]
    [InlineData("x", null, null)]
    [InlineData("c", "rx", null)]
    [InlineData("c", "r", -5L)]
    public void From_MalformedRule_Fails(string type, string? access, long? major)
    {
        Action parse = () => DeviceRule.From(new LinuxDeviceRule { Type = type, Access = access, Major = major });

        parse.Should().Throw<ContainerRuntimeException>().Which.Kind.Should().Be(RuntimeErrorKind.InvalidInput);
    }

    [Theory]
    [InlineData(null, null, null, null, "a *:* rwm")]
    [InlineData("c", 1L, 3L, "rw", "c 1:3 rw")]
    [InlineData("b", 8L, -1L, "m", "b 8:* m")]
    public void TextOf_Rule_IsWhatVersion1Takes(string? type, long? major, long? minor, string? access, string text) =>
        DeviceRuleText.TextOf(new LinuxDeviceRule { Type = type, Major = major, Minor = minor, Access = access }).Should().Be(text);

    private static bool LastAllows(LinuxDeviceRule[] rules, int type, int major, int minor, int bit)
    {
        LinuxDeviceRule? last = rules.LastOrDefault(rule =>
            (rule.Type is null or "a" || rule.Type == (type == Block ? "b" : "c"))
            && (rule.Major is null || rule.Major == major)
            && (rule.Minor is null or -1 || rule.Minor == minor)
            && (rule.Access ?? "rwm").Contains(bit switch { MakeNode => 'm', Read => 'r', _ => 'w' }));
        return last?.Allow ?? true;
    }

    private static bool Run(IReadOnlyList<LinuxDeviceRule> rules, int type, int major, int minor, int access)
    {
        byte[] program = DeviceProgram.Write([.. rules.Select(DeviceRule.From)]);
        uint[] context = [(uint)((access << 16) | type), (uint)major, (uint)minor];
        uint[] registers = new uint[6];
        for (int at = 0; ; at++)
        {
            ReadOnlySpan<byte> instruction = program.AsSpan(at * 8, 8);
            int destination = instruction[1] & 0xF;
            int source = instruction[1] >> 4;
            short offset = BinaryPrimitives.ReadInt16LittleEndian(instruction[2..]);
            uint immediate = BinaryPrimitives.ReadUInt32LittleEndian(instruction[4..]);
            switch (instruction[0])
            {
                case 0x61 when source == 1:
                    registers[destination] = context[offset / 4];
                    break;
                case 0xBC:
                    registers[destination] = registers[source];
                    break;
                case 0xB4:
                    registers[destination] = immediate;
                    break;
                case 0x54:
                    registers[destination] &= immediate;
                    break;
                case 0x74:
                    registers[destination] >>= (int)immediate;
                    break;
                case 0x05:
                    at += offset;
                    break;
                case 0x56:
                    at += registers[destination] != immediate ? offset : 0;
                    break;
                case 0x46:
                    at += (registers[destination] & immediate) != 0 ? offset : 0;
                    break;
                case 0x95:
                    return registers[0] == 1;
                default:
                    throw new InvalidOperationException($"instruction {at} is not valid");
            }
        }
    }
}
