using System.Runtime.InteropServices;
using Coracle.Isolation.Spec;

namespace Coracle.Isolation.Seccomp;

/// <summary>
/// Compiles a profile to the program that seccomp(2) takes. Numbers are found by binary search over ranges: a quarter of
/// the instructions of a chain of comparisons, and no call waits for a long chain.
/// </summary>
internal sealed class SeccompCompiler
{
    // linux/seccomp.h, struct seccomp_data
    private const uint NumberOffset = 0;
    private const uint ArchitectureOffset = 4;

    private readonly BpfAssembler _assembler = new();
    private readonly ArgumentTests _arguments;

    private SeccompCompiler() => _arguments = new ArgumentTests(_assembler);

    /// <summary>Compiles a profile for the calls that can be made on a host.</summary>
    /// <param name="profile">The profile.</param>
    /// <param name="native">The architecture of the host.</param>
    /// <exception cref="ContainerRuntimeException">The profile is malformed or too long.</exception>
    internal static byte[] Compile(LinuxSeccomp profile, SeccompArchitecture native) =>
        new SeccompCompiler().Program(profile, native);

    private byte[] Program(LinuxSeccomp profile, SeccompArchitecture native)
    {
        // A call of any other architecture would be judged by the wrong numbers.
        int entry = _assembler.Return(SeccompAction.KillProcess);
        foreach (IGrouping<uint, SeccompArchitecture> group in SeccompArchitecture
            .PossibleOn(native, profile.Architectures)
            .GroupBy(static architecture => architecture.AuditNumber)
            .Reverse())
        {
            int other = entry;
            List<(uint Start, SyscallDecision Decision)> ranges =
                [.. group.SelectMany(architecture => new SyscallDecisions(profile, architecture).Ranges(architecture.NumberBase))];
            if (native == SeccompArchitecture.X64 && group.Key == native.AuditNumber && group.Count() == 1)
                ranges.Add((SeccompArchitecture.X32.NumberBase, SyscallDecision.Always(SeccompAction.NoSuchCall)));
            int numbers = _assembler.Load(NumberOffset, Search(CollectionsMarshal.AsSpan(ranges)));
            entry = _assembler.Test(BpfInstruction.JumpIfEqual, group.Key, numbers, other);
        }
        _assembler.Load(ArchitectureOffset, entry);
        return _assembler.ToProgram();
    }

    private int Search(ReadOnlySpan<(uint Start, SyscallDecision Decision)> ranges)
    {
        if (ranges.Length == 1)
            return _arguments.Decide(ranges[0].Decision);
        int middle = ranges.Length / 2;
        int upper = Search(ranges[middle..]);
        int lower = Search(ranges[..middle]);
        return _assembler.Test(BpfInstruction.JumpIfGreaterOrEqual, ranges[middle].Start, upper, lower);
    }
}
