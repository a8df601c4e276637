using Coracle.Kernel.Errors;
using Coracle.Kernel.Handles;
using Coracle.Kernel.Interop;

namespace Coracle.Kernel.Bpf;

/// <summary>A loaded program that decides about the use of devices by a control group of version 2 (bpf(2)).</summary>
internal sealed class DeviceFilter : IDisposable
{
    private const int InstructionSize = 8;

    private readonly FileDescriptor _program;

    private DeviceFilter(FileDescriptor program) => _program = program;

    /// <summary>Loads a program. The kernel verifies it.</summary>
    /// <param name="instructions">The instructions (linux/bpf.h, struct bpf_insn).</param>
    internal static unsafe DeviceFilter Load(ReadOnlySpan<byte> instructions)
    {
        // Helpers that a licence would open up are not called; the kernel wants a text all the same.
        fixed (byte* license = "MIT\0"u8, start = instructions)
        {
            Libc.bpf_attr_prog_load attributes = new()
            {
                prog_type = Libc.BPF_PROG_TYPE_CGROUP_DEVICE,
                insn_cnt = (uint)(instructions.Length / InstructionSize),
                insns = (ulong)start,
                license = (ulong)license,
                expected_attach_type = Libc.BPF_CGROUP_DEVICE,
            };
            long result = Libc.Call(
                Syscall.bpf, Libc.BPF_PROG_LOAD, (long)&attributes, sizeof(Libc.bpf_attr_prog_load));
            if (result < 0)
                throw Errno.Failure((int)-result, "load device rules");
            return new DeviceFilter(FileDescriptor.High((int)result));
        }
    }

    /// <summary>Makes the program decide for a control group, beside those of the groups above. It lives as long as the
    /// group.</summary>
    /// <param name="directory">The directory of the group.</param>
    internal unsafe void Attach(string directory)
    {
        using FileDescriptor group = FileDescriptor.FromResult(
            Libc.openat(Libc.AT_FDCWD, directory, Libc.O_RDONLY | Libc.O_DIRECTORY | Libc.O_CLOEXEC, 0), "open control group", directory);
        Libc.bpf_attr_prog_attach attributes = new()
        {
            target_fd = (uint)group.Number,
            attach_bpf_fd = (uint)_program.Number,
            attach_type = Libc.BPF_CGROUP_DEVICE,
            attach_flags = Libc.BPF_F_ALLOW_MULTI,
        };
        long result = Libc.Call(
            Syscall.bpf, Libc.BPF_PROG_ATTACH, (long)&attributes, sizeof(Libc.bpf_attr_prog_attach));
        if (result < 0)
            throw Errno.Failure((int)-result, "attach device rules", directory);
    }

    /// <inheritdoc />
    public void Dispose() => _program.Dispose();
}
