// exec: what the kernel alone needs to run a program in a running container, to the end of it.
//   exec PID PROGRAM               PID: the container's first process; PROGRAM: a path in the container
//   request: an empty line         answer: microseconds to the end observed
// The program joins the container's namespaces and its control groups, and has fourteen capabilities and a seccomp filter
// of the default policy's size. Nothing is copied: both stages share this program's memory.
#include "common.h"
#include "filter.h"
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

enum { MaxHierarchies = 16, PathSize = 512, StackSize = 1 << 16 };

static char groups[MaxHierarchies][PathSize];
static int group_count;
static const char *program;
static int target;
static pid_t second;
static struct sock_fprog filter;
static char stacks[2][StackSize] __attribute__((aligned(16)));

// The container's groups, but for the root groups that it was not put into.
static void find_groups(const char *pid)
{
    char path[PathSize], line[PathSize];
    FILE *list = fopen(text(path, sizeof path, "/proc/%s/cgroup", pid), "r");
    if (!list)
        fail("%s", path);
    while (fgets(line, sizeof line, list) && group_count < MaxHierarchies) {
        char *controllers = strchr(line, ':') + 1, *group = strchr(controllers, ':');
        *group++ = 0;
        group[strcspn(group, "\n")] = 0;
        if (strcmp(group, "/") == 0)
            continue;
        if (strncmp(controllers, "name=", 5) == 0)
            controllers += 5;
        const char *hierarchy = *controllers ? controllers : access("/sys/fs/cgroup/unified", F_OK) ? "." : "unified";
        text(groups[group_count++], PathSize, "/sys/fs/cgroup/%s%s/cgroup.procs", hierarchy, group);
    }
    fclose(list);
}

static int run_second(void *unused)
{
    (void)unused;
    static const unsigned kept[2] = { 0xa80425fb, 0 };
    struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
    struct __user_cap_data_struct data[2] = { { kept[0], kept[0], 0 }, { kept[1], kept[1], 0 } };
    for (int capability = 0; capability <= CAP_LAST_CAP; capability++)
        if (!(kept[capability / 32] & 1u << capability % 32))
            prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);
    if (syscall(SYS_capset, &header, data) || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
        fail("capabilities");
    setsid();
    if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter))
        fail("seccomp");
    char *arguments[] = { (char *)program, NULL }, *environment[] = { NULL };
    execve(program, arguments, environment);
    fail("execute %s", program);
}

static int run_first(void *unused)
{
    (void)unused;
    for (int i = 0; i < group_count; i++) {
        int file = open(groups[i], O_WRONLY | O_CLOEXEC);
        if (write(file, "0", 1) != 1)
            fail("%s", groups[i]);
        close(file);
    }
    if (setns(target, CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP))
        fail("setns");
    second = clone(run_second, stacks[1] + StackSize, CLONE_VM | CLONE_VFORK | CLONE_PARENT | SIGCHLD, NULL);
    if (second < 0)
        fail("clone");
    _exit(0);
}

int main(int count, char **arguments)
{
    if (count != 3)
        return 2;
    program = arguments[2];
    target = syscall(SYS_pidfd_open, atoi(arguments[1]), 0);
    if (target < 0)
        fail("pidfd_open %s", arguments[1]);
    find_groups(arguments[1]);
    filter = make_filter();
    char request[16];
    while (fgets(request, sizeof request, stdin)) {
        double start = now_us();
        pid_t first = clone(run_first, stacks[0] + StackSize, CLONE_VM | CLONE_VFORK | SIGCHLD, NULL);
        int status;
        if (first < 0 || waitpid(first, &status, 0) < 0 || status || waitpid(second, &status, 0) < 0 || status)
            fail("exec ended with status %x", status);
        printf("%.1f\n", now_us() - start);
        fflush(stdout);
    }
}
