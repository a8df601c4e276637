using Coracle.Isolation.Seccomp;
using Coracle.Isolation.Spec;

namespace Coracle.Tests.Isolation.Seccomp;

public sealed class SeccompCompilerTests
{
    private const uint Allow = 0x7FFF_0000;

    private static readonly string[] Operators =
    [
        "SCMP_CMP_NE", "SCMP_CMP_LT", "SCMP_CMP_LE", "SCMP_CMP_EQ", "SCMP_CMP_GE", "SCMP_CMP_GT", "SCMP_CMP_MASKED_EQ",
    ];

    private static readonly string[] Actions =
        ["SCMP_ACT_ALLOW", "SCMP_ACT_LOG", "SCMP_ACT_TRAP", "SCMP_ACT_KILL_PROCESS", "SCMP_ACT_ERRNO"];

    private static readonly uint[] Audits =
        [0xC000_003E, 0x4000_0003, 0xC000_00B7, 0x4000_0028, 0, 0xC000_00F3, 0xFFFF_FFFF];

    private static readonly ulong[] Boundaries =
    [
        0, 1, 2, 7, 8, 9, 11, 12, 13, 16, 37, 38, 39, 40, 41, 45, 46, 0x1_FFFF, 0x2_0000, 0x2_0008, 0x7FFF_FFFF, 0x8000_0000,
        0x7E02_0000, 0x1000_0000, 0x2000_0000, 0x0000_0011, 0xFFFF_FFFE, 0xFFFF_FFFF, 0x1_0000_0000, 0x1_0000_0001,
        0x1_0000_0026, 0x8000_0000_0000_0000, 0xFFFF_FFFF_FFFF_FFFE, 0xFFFF_FFFF_FFFF_FFFF,
    ];

    public static TheoryData<string, bool> Sets => new()
    {
        { "", false },
        { string.Join(',', DefaultSpec.Capabilities), false },
        { string.Join(',', DefaultSpec.Capabilities) + ",CAP_SYS_ADMIN,CAP_SYS_PTRACE,CAP_BPF,CAP_SYS_TIME,CAP_SYS_NICE", false },
        { "", true },
        { string.Join(',', DefaultSpec.Capabilities), true },
        { "CAP_SYS_ADMIN", true },
    };

    [Theory]
    [MemberData(nameof(Sets))]
    public void Compile_DefaultProfile_DecidesEveryCallAsTheProfileSays(string capabilities, bool arm)
    {
        SeccompArchitecture native = arm ? SeccompArchitecture.Arm64 : SeccompArchitecture.X64;
        LinuxSeccomp profile = DockerProfile.For(capabilities.Split(',').ToHashSet(), native);

        byte[] program = SeccompCompiler.Compile(profile, native);

        AssertSame(program, profile, native, Numbers(), Boundaries);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void Compile_RandomProfiles_DecideAsTheProfileSays(int seed)
    {
        Random random = new(seed);
        SeccompArchitecture native = seed % 2 == 0 ? SeccompArchitecture.Arm64 : SeccompArchitecture.X64;
        for (int round = 0; round < 8; round++)
        {
            LinuxSeccomp profile = RandomProfile(random, native);

            byte[] program = SeccompCompiler.Compile(profile, native);

            AssertSame(program, profile, native, Numbers().Where(_ => random.Next(6) == 0), [.. Boundaries.Where(_ => random.Next(3) == 0)]);
        }
    }

    [Fact]
    public void Compile_ActionOfEveryCallDiffers_JumpsFartherThanAByte()
    {
        LinuxSeccomp profile = new()
        {
            DefaultAction = "SCMP_ACT_ALLOW",
            Architectures = ["SCMP_ARCH_X86", "SCMP_ARCH_X32"],
            Syscalls =
            [
                .. SeccompArchitecture.X86.Table.Names.Select(static (name, i) => new LinuxSyscall
                {
                    Names = [name],
                    Action = "SCMP_ACT_ERRNO",
                    ErrnoRet = (uint)i + 1,
                }),
            ],
        };

        byte[] program = SeccompCompiler.Compile(profile, SeccompArchitecture.X64);

        (program.Length / 8).Should().BeGreaterThan(1000);
        AssertSame(program, profile, SeccompArchitecture.X64, Numbers(), [0]);
    }

    [Fact]
    public void Compile_LongerThanTheKernelTakes_Fails()
    {
        LinuxSeccomp profile = new()
        {
            DefaultAction = "SCMP_ACT_ALLOW",
            Syscalls =
            [
                .. Enumerable.Range(0, 1500).Select(static i => new LinuxSyscall
                {
                    Names = ["read"],
                    Action = "SCMP_ACT_ERRNO",
                    Args = [new LinuxSeccompArg { Index = 0, Op = "SCMP_CMP_MASKED_EQ", Value = 0xFFFF, ValueTwo = (ulong)i }],
                }),
            ],
        };

        Action compile = () => SeccompCompiler.Compile(profile, SeccompArchitecture.X64);

        compile.Should().Throw<ContainerRuntimeException>().WithMessage("*more than the 4096*");
    }

    [Fact]
    public void Compile_X32NotListed_CallsFailAsOnAKernelWithoutIt()
    {
        LinuxSeccomp profile = new() { DefaultAction = "SCMP_ACT_ALLOW" };

        byte[] program = SeccompCompiler.Compile(profile, SeccompArchitecture.X64);

        BpfInterpreter.Run(program, 0xC000_003E, 0x4000_0000, new ulong[6]).Should().Be(0x0005_0026);
        BpfInterpreter.Run(program, 0xC000_003E, 0x3FFF_FFFF, new ulong[6]).Should().Be(Allow);
        BpfInterpreter.Run(program, 0x4000_0003, 0, new ulong[6]).Should().Be(0x8000_0000, "i386 is not listed either");
    }

    [Theory]
    [InlineData("SCMP_ACT_NOTIFY", null, RuntimeErrorKind.NotSupported)]
    [InlineData("SCMP_ACT_ERRNO", 4096u, RuntimeErrorKind.InvalidInput)]
    [InlineData("SCMP_ACT_ALLOW", 1u, RuntimeErrorKind.InvalidInput)]
    [InlineData("allow", null, RuntimeErrorKind.InvalidInput)]
    public void Compile_BadAction_Fails(string action, uint? errno, RuntimeErrorKind kind)
    {
        LinuxSeccomp profile = new()
        {
            DefaultAction = "SCMP_ACT_ALLOW",
            Syscalls = [new LinuxSyscall { Names = ["read"], Action = action, ErrnoRet = errno }],
        };

        Action compile = () => SeccompCompiler.Compile(profile, SeccompArchitecture.X64);

        compile.Should().Throw<ContainerRuntimeException>().Which.Kind.Should().Be(kind);
    }

    [Theory]
    [InlineData(6u, "SCMP_CMP_EQ")]
    [InlineData(0u, "==")]
    public void Compile_BadCondition_Fails(uint index, string comparison)
    {
        LinuxSeccomp profile = new()
        {
            DefaultAction = "SCMP_ACT_ALLOW",
            Syscalls =
            [
                new LinuxSyscall
                {
                    Names = ["read"],
                    Action = "SCMP_ACT_ERRNO",
                    Args = [new LinuxSeccompArg { Index = index, Op = comparison }],
                },
            ],
        };

        Action compile = () => SeccompCompiler.Compile(profile, SeccompArchitecture.X64);

        compile.Should().Throw<ContainerRuntimeException>().Which.Kind.Should().Be(RuntimeErrorKind.InvalidInput);
    }

    private static void AssertSame(
        byte[] program, LinuxSeccomp profile, SeccompArchitecture native, IEnumerable<uint> numbers, ulong[] values)
    {
        ProfileOracle oracle = new(profile, native);
        HashSet<string> conditional = [.. profile.Syscalls.Where(static s => s.Args.Count > 0).SelectMany(static s => s.Names)];
        ulong[] arguments = new ulong[6];
        foreach (uint number in numbers)
        {
            foreach (uint audit in Audits)
            {
                bool narrow = audit is 0x4000_0003 or 0x4000_0028 || number >= 0x4000_0000;
                bool looks = conditional.Any(name => Names(number, name));
                foreach (ulong value in looks ? values : values.AsEnumerable().Take(1))
                {
                    for (int index = 0; index < (looks ? 6 : 1); index++)
                    {
                        Array.Clear(arguments);
                        arguments[index] = narrow ? (uint)value : value;
                        arguments[(index + 1) % 6] = narrow ? (uint)(value >> 1) : value >> 1;
                        uint expected = oracle.Decide(audit, number, arguments);
                        uint actual = BpfInterpreter.Run(program, audit, number, arguments);
                        if (actual != expected)
                            Assert.Fail($"arch {audit:x} nr {number} arg{index} {value:x}: {actual:x}, not {expected:x}");
                    }
                }
            }
        }
    }

    private static bool Names(uint number, string name) => new[]
    {
        SeccompArchitecture.X64, SeccompArchitecture.X86, SeccompArchitecture.X32, SeccompArchitecture.Arm64, SeccompArchitecture.Arm,
    }.Any(architecture => architecture.Table.TryGetNumber(name, out uint own) && own + architecture.NumberBase == number);

    private static IEnumerable<uint> Numbers() =>
    [
        .. Enumerable.Range(0, 600).Select(static i => (uint)i),
        .. Enumerable.Range(0, 600).Select(static i => 0x4000_0000u + (uint)i),
        983_040, 983_041, 983_042, 983_045, 983_046, 983_047, 0x3FFF_FFFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF,
    ];

    private static LinuxSeccomp RandomProfile(Random random, SeccompArchitecture native)
    {
        string[] names = [.. native.Table.Names];
        return new LinuxSeccomp
        {
            DefaultAction = Actions[random.Next(Actions.Length)],
            Architectures = [.. new[] { "SCMP_ARCH_X86", "SCMP_ARCH_X32", "SCMP_ARCH_ARM" }.Where(_ => random.Next(2) == 0)],
            Syscalls =
            [
                .. Enumerable.Range(0, random.Next(1, 40)).Select(_ => new LinuxSyscall
                {
                    Names = [.. Enumerable.Range(0, random.Next(1, 6)).Select(_ => names[random.Next(names.Length)]), "no_such_call"],
                    Action = Actions[random.Next(Actions.Length)],
                    Args = [.. Enumerable.Range(0, random.Next(4)).Select(_ => RandomCondition(random))],
                }),
                .. Enumerable.Range(0, random.Next(1, 12)).Select(_ => new LinuxSyscall
                {
                    Names = ["openat"],
                    Action = Actions[random.Next(Actions.Length)],
                    Args = [RandomCondition(random) with { Index = 2 }],
                }),
            ],
        };
    }

    private static LinuxSeccompArg RandomCondition(Random random) => new()
    {
        Index = (uint)random.Next(6),
        Op = Operators[random.Next(Operators.Length)],
        Value = Boundaries[random.Next(Boundaries.Length)],
        ValueTwo = Boundaries[random.Next(Boundaries.Length)],
    };
}
