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
        SeccompArchitecture[] architectures = SeccompArchitecture.PossibleOn(native, profile.Architectures);
        // A call of any other architecture would be judged by the wrong numbers.
        int entry = _assembler.Return(SeccompAction.KillProcess);
        for (int i = architectures.Length - 1; i >= 0; i--)
        {
            if (architectures[i] != SeccompArchitecture.X32)
                entry = Dispatch(architectures[i], Ranges(profile, architectures[i], architectures), entry);
        }
        _assembler.Load(ArchitectureOffset, entry);
        return _assembler.ToProgram();
    }

    private int Dispatch(SeccompArchitecture architecture, List<NumberRange> ranges, int other)
    {
        int numbers = _assembler.Load(NumberOffset, Search(CollectionsMarshal.AsSpan(ranges)));
        return _assembler.Test(BpfInstruction.JumpIfEqual, architecture.AuditNumber, numbers, other);
    }

    // x32 shares its audit number with x86-64, and lies above it. Where it is not allowed, the host seems to be without it.
    private static List<NumberRange> Ranges(
        LinuxSeccomp profile, SeccompArchitecture architecture, SeccompArchitecture[] architectures)
    {
        List<NumberRange> ranges = [];
        new SyscallDecisions(profile, architecture).AppendRanges(ranges);
        if (architecture != SeccompArchitecture.X64)
            return ranges;
        if (Array.IndexOf(architectures, SeccompArchitecture.X32) >= 0)
            new SyscallDecisions(profile, SeccompArchitecture.X32).AppendRanges(ranges);
        else
            ranges.Add(new NumberRange(SeccompArchitecture.X32.NumberBase, SyscallDecision.Always(SeccompAction.NoSuchCall)));
        return ranges;
    }

    private int Search(ReadOnlySpan<NumberRange> ranges)
    {
        if (ranges.Length == 1)
            return _arguments.Decide(ranges[0].Decision);
        int middle = ranges.Length / 2;
        int upper = Search(ranges[middle..]);
        int lower = Search(ranges[..middle]);
        return _assembler.Test(BpfInstruction.JumpIfGreaterOrEqual, ranges[middle].Start, upper, lower);
    }
}
