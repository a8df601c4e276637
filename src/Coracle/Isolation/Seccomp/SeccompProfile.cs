using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Coracle.Isolation.Spec;

namespace Coracle.Isolation.Seccomp;

/// <summary>A filter of system calls: as the runtime spec has it, and compiled for this host.</summary>
internal sealed class SeccompProfile
{
    // linux/seccomp.h, SECCOMP_FILTER_FLAG_*
    private const uint FlagThreadSync = 1;
    private const uint FlagLog = 2;
    private const uint FlagSpeculationAllowed = 4;

    // One filter a set of capabilities: a program uses a handful.
    private static readonly ConcurrentDictionary<string, SeccompProfile> Cache = new(StringComparer.Ordinal);

    // A spec is immutable, so what was compiled for it holds as long as it lives.
    private static readonly ConditionalWeakTable<LinuxSeccomp, SeccompProfile> Compiled = [];

    private SeccompProfile(LinuxSeccomp spec)
    {
        Spec = spec;
        Program = SeccompCompiler.Compile(spec, SeccompArchitecture.Native);
        Flags = FlagsOf(spec);
    }

    /// <summary>The profile, for <c>config.json</c>.</summary>
    internal LinuxSeccomp Spec { get; }

    /// <summary>The instructions, 8 bytes each (<c>struct sock_filter</c>), for seccomp(2).</summary>
    internal ReadOnlyMemory<byte> Program { get; }

    /// <summary>The number of instructions (<c>struct sock_fprog</c>, len).</summary>
    internal int InstructionCount => Program.Length / BpfInstruction.Size;

    /// <summary>The flags for seccomp(2).</summary>
    internal uint Flags { get; }

    /// <summary>The default policy for a container that is given capabilities. Compiled once a set.</summary>
    /// <param name="capabilities">The bounding set, as <c>CAP_*</c> names.</param>
    internal static SeccompProfile Default(IReadOnlyList<string> capabilities)
    {
        SortedSet<string> sorted = new(capabilities, StringComparer.Ordinal);
        return Cache.GetOrAdd(
            string.Join(',', sorted),
            static (_, set) => Of(DockerProfile.For(set, SeccompArchitecture.Native)),
            sorted);
    }

    /// <summary>The filter of a runtime spec. Compiled once.</summary>
    /// <exception cref="ContainerRuntimeException">It is malformed.</exception>
    internal static SeccompProfile Of(LinuxSeccomp spec) => Compiled.GetValue(spec, static spec => new SeccompProfile(spec));

    // Where none are given, other runtimes let the processor speculate: a filter alone is no reason to slow a program down.
    private static uint FlagsOf(LinuxSeccomp spec)
    {
        if (spec.Flags.Count == 0)
            return FlagSpeculationAllowed;
        uint flags = 0;
        foreach (string flag in spec.Flags)
        {
            flags |= flag switch
            {
                "SECCOMP_FILTER_FLAG_TSYNC" => FlagThreadSync,
                "SECCOMP_FILTER_FLAG_LOG" => FlagLog,
                "SECCOMP_FILTER_FLAG_SPEC_ALLOW" => FlagSpeculationAllowed,
                _ => throw new ContainerRuntimeException(
                    RuntimeErrorKind.NotSupported, $"compile seccomp profile: flag \"{flag}\" is not known"),
            };
        }
        return flags;
    }
}
