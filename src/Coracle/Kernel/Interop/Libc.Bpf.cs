namespace Coracle.Kernel.Interop;

// linux/bpf.h
internal static unsafe partial class Libc
{
    internal const int BPF_PROG_LOAD = 5;
    internal const int BPF_PROG_ATTACH = 8;
    internal const int BPF_PROG_TYPE_CGROUP_DEVICE = 15;
    internal const int BPF_CGROUP_DEVICE = 6;
    internal const int BPF_F_ALLOW_MULTI = 2;

    /// <summary>union bpf_attr as BPF_PROG_LOAD reads it; what is behind is taken as zero.</summary>
    internal struct bpf_attr_prog_load
    {
        internal uint prog_type;
        internal uint insn_cnt;
        internal ulong insns;
        internal ulong license;
        internal uint log_level;
        internal uint log_size;
        internal ulong log_buf;
        internal uint kern_version;
        internal uint prog_flags;
        internal fixed byte prog_name[16];
        internal uint prog_ifindex;
        internal uint expected_attach_type;
    }

    /// <summary>union bpf_attr as BPF_PROG_ATTACH reads it.</summary>
    internal struct bpf_attr_prog_attach
    {
        internal uint target_fd;
        internal uint attach_bpf_fd;
        internal uint attach_type;
        internal uint attach_flags;
    }
}
