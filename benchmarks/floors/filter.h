// A seccomp filter as large as a container's default one: everything is allowed but a list, found by binary search.
#pragma once
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/syscall.h>

#if defined(__x86_64__)
static const unsigned filter_architecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
static const unsigned filter_architecture = AUDIT_ARCH_AARCH64;
#endif

static const int filter_denied[] = {
    SYS_acct, SYS_add_key, SYS_bpf, SYS_clock_adjtime, SYS_clock_settime, SYS_delete_module, SYS_finit_module,
    SYS_get_mempolicy, SYS_init_module, SYS_kcmp, SYS_kexec_load, SYS_keyctl, SYS_lookup_dcookie, SYS_mbind, SYS_mount,
    SYS_move_pages, SYS_nfsservctl, SYS_open_by_handle_at, SYS_perf_event_open, SYS_pivot_root, SYS_process_vm_readv,
    SYS_process_vm_writev, SYS_ptrace, SYS_quotactl, SYS_reboot, SYS_request_key, SYS_set_mempolicy, SYS_setns,
    SYS_settimeofday, SYS_swapon, SYS_swapoff, SYS_umount2, SYS_unshare, SYS_userfaultfd, SYS_vhangup,
};

static int compare_numbers(const void *left, const void *right)
{
    return *(const int *)left - *(const int *)right;
}

// Finds the number in the accumulator among the sorted ones: allowed if it is none of them.
static struct sock_filter *search(struct sock_filter *at, const int *numbers, int count)
{
    if (count == 0) {
        *at++ = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
        return at;
    }
    int middle = count / 2;
    *at++ = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, numbers[middle], 0, 1);
    *at++ = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | 1);
    struct sock_filter *branch = at++;
    at = search(at, numbers, middle);
    *branch = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, numbers[middle], (unsigned char)(at - branch - 1), 0);
    return search(at, numbers + middle + 1, count - middle - 1);
}

static struct sock_fprog make_filter(void)
{
    enum { Count = sizeof filter_denied / sizeof *filter_denied, Size = 8 * (Count + 1) };
    static int numbers[Count];
    memcpy(numbers, filter_denied, sizeof numbers);
    qsort(numbers, Count, sizeof *numbers, compare_numbers);

    struct sock_filter *program = calloc(Size, sizeof *program), *at = program;
    *at++ = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch));
    *at++ = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, filter_architecture, 1, 0);
    *at++ = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS);
    *at++ = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
    at = search(at, numbers, Count);
    return (struct sock_fprog){ .len = (unsigned short)(at - program), .filter = program };
}
