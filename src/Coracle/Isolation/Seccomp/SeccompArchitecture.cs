using System.Runtime.InteropServices;

namespace Coracle.Isolation.Seccomp;

/// <summary>A calling convention whose system calls a filter can tell apart.</summary>
internal sealed class SeccompArchitecture
{
    // The bit that marks calls of x32, which share the audit number of x86-64 (asm/unistd.h, __X32_SYSCALL_BIT).
    private const uint X32Bit = 0x4000_0000;

    private readonly Lazy<SyscallTable> _table;

    private SeccompArchitecture(string name, uint auditNumber, string numbers, bool is32Bit, uint numberBase = 0)
    {
        Name = name;
        AuditNumber = auditNumber;
        Is32Bit = is32Bit;
        NumberBase = numberBase;
        _table = new Lazy<SyscallTable>(() => new SyscallTable(numbers));
    }

    internal static SeccompArchitecture X64 { get; } =
        new("SCMP_ARCH_X86_64", 0xC000_003E, SyscallNumbers.X64, is32Bit: false);

    internal static SeccompArchitecture X86 { get; } =
        new("SCMP_ARCH_X86", 0x4000_0003, SyscallNumbers.X86, is32Bit: true);

    internal static SeccompArchitecture X32 { get; } =
        new("SCMP_ARCH_X32", 0xC000_003E, SyscallNumbers.X32, is32Bit: true, X32Bit);

    internal static SeccompArchitecture Arm64 { get; } =
        new("SCMP_ARCH_AARCH64", 0xC000_00B7, SyscallNumbers.Arm64, is32Bit: false);

    internal static SeccompArchitecture Arm { get; } =
        new("SCMP_ARCH_ARM", 0x4000_0028, SyscallNumbers.Arm, is32Bit: true);

    /// <summary>The architecture of this process.</summary>
    internal static SeccompArchitecture Native =>
        RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? Arm64 : X64;

    /// <summary>The name in a runtime spec.</summary>
    internal string Name { get; }

    /// <summary>The number in <c>seccomp_data.arch</c> (linux/audit.h, AUDIT_ARCH_*).</summary>
    internal uint AuditNumber { get; }

    /// <summary>What is added to a number of <see cref="Table"/> to give <c>seccomp_data.nr</c>.</summary>
    internal uint NumberBase { get; }

    /// <summary>Whether arguments have 32 bits; operands are cut to them.</summary>
    internal bool Is32Bit { get; }

    internal SyscallTable Table => _table.Value;

    /// <summary>Those of a runtime spec that can occur on a host, the native one first. Others are left out: no call of
    /// theirs can be made.</summary>
    internal static SeccompArchitecture[] PossibleOn(SeccompArchitecture native, IReadOnlyList<string> names)
    {
        SeccompArchitecture[] others = native == Arm64 ? [Arm] : [X32, X86];
        return [native, .. others.Where(architecture => names.Contains(architecture.Name))];
    }
}
