// start: what the kernel alone needs for a default container with network none, from nothing to the end of /bin/true.
//   start ROOT WORK                ROOT: a directory with /bin/true, static; WORK: a directory for upper directories
//   request: an empty line         answer: microseconds to the end observed, microseconds of the removal after it
// A container has: six namespaces, overlay, the default mounts and devices, masked and read-only paths, its own control
// group in every hierarchy, fourteen capabilities, a seccomp filter of the default policy's size.
#include "common.h"
#include "filter.h"
#include <linux/capability.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>

enum { MaxHierarchies = 16, PathSize = 512, StackSize = 1 << 18 };

static const char *root, *work;
static struct sock_fprog filter;
static char hierarchies[MaxHierarchies][PathSize];
static int hierarchy_count;
static int gate[2];
static char stack[StackSize] __attribute__((aligned(16)));

static void find_hierarchies(void)
{
    static const char *const names[] = {
        "cpu", "cpuacct", "cpu,cpuacct", "cpuset", "memory", "devices", "freezer", "blkio", "pids", "systemd",
        "net_cls", "net_prio", "net_cls,net_prio", "perf_event", "hugetlb", "rdma", "unified",
    };
    char path[PathSize];
    if (!access("/sys/fs/cgroup/cgroup.procs", F_OK)) {
        strcpy(hierarchies[hierarchy_count++], "/sys/fs/cgroup");
        return;
    }
    for (size_t i = 0; i < sizeof names / sizeof *names && hierarchy_count < MaxHierarchies; i++)
        if (!access(text(path, sizeof path, "/sys/fs/cgroup/%s/cgroup.procs", names[i]), F_OK))
            text(hierarchies[hierarchy_count++], PathSize, "/sys/fs/cgroup/%s", names[i]);
}

static void copy_value(const char *from, const char *to, const char *name)
{
    char path[PathSize], value[256];
    int source = open(text(path, sizeof path, "%s/%s", from, name), O_RDONLY | O_CLOEXEC);
    ssize_t length = read(source, value, sizeof value);
    close(source);
    int target = open(text(path, sizeof path, "%s/%s", to, name), O_WRONLY | O_CLOEXEC);
    if (length < 0 || write(target, value, length) < 0)
        fail("%s", path);
    close(target);
}

static void make_groups(const char *name)
{
    char path[PathSize * 2];
    for (int i = 0; i < hierarchy_count; i++) {
        if (mkdir(text(path, sizeof path, "%s/%s", hierarchies[i], name), 0755))
            fail("%s", path);
        // A version 1 cpuset is empty at first, and takes no process then.
        if (strstr(hierarchies[i], "/cpuset")) {
            copy_value(hierarchies[i], path, "cpuset.cpus");
            copy_value(hierarchies[i], path, "cpuset.mems");
        }
    }
}

static void join_groups(const char *name, pid_t pid)
{
    char path[PathSize * 2], number[16];
    int length = sprintf(number, "%d", pid);
    for (int i = 0; i < hierarchy_count; i++) {
        int file = open(text(path, sizeof path, "%s/%s/cgroup.procs", hierarchies[i], name), O_WRONLY | O_CLOEXEC);
        if (write(file, number, length) != length)
            fail("%s", path);
        close(file);
    }
}

static void remove_groups(const char *name)
{
    char path[PathSize * 2];
    for (int i = 0; i < hierarchy_count; i++)
        // The last process is on its way out for a moment after it was waited for.
        for (int attempts = 0; rmdir(text(path, sizeof path, "%s/%s", hierarchies[i], name)) && attempts < 4000; attempts++)
            if (errno == EBUSY)
                usleep(50);
            else
                fail("%s", path);
}

static void attach(const char *source, const char *target, const char *type, unsigned long flags, const char *options)
{
    if (mount(source, target, type, flags, options))
        fail("mount %s on %s", type ? type : source, target);
}

static void set_up_devices(void)
{
    static const struct { const char *path; int major, minor; } devices[] = {
        { "dev/null", 1, 3 }, { "dev/zero", 1, 5 }, { "dev/full", 1, 7 },
        { "dev/random", 1, 8 }, { "dev/urandom", 1, 9 }, { "dev/tty", 5, 0 },
    };
    static const char *const links[][2] = {
        { "/proc/self/fd", "dev/fd" }, { "/proc/self/fd/0", "dev/stdin" }, { "/proc/self/fd/1", "dev/stdout" },
        { "/proc/self/fd/2", "dev/stderr" }, { "/proc/kcore", "dev/core" }, { "pts/ptmx", "dev/ptmx" },
    };
    attach("tmpfs", "dev", "tmpfs", MS_NOSUID | MS_STRICTATIME, "mode=755,size=65536k");
    for (size_t i = 0; i < sizeof devices / sizeof *devices; i++)
        if (mknod(devices[i].path, S_IFCHR | 0666, makedev(devices[i].major, devices[i].minor)))
            fail("%s", devices[i].path);
    for (size_t i = 0; i < sizeof links / sizeof *links; i++)
        if (symlink(links[i][0], links[i][1]))
            fail("%s", links[i][1]);
    if (mkdir("dev/pts", 0755) || mkdir("dev/shm", 0755) || mkdir("dev/mqueue", 0755))
        fail("directories of dev");
    attach("devpts", "dev/pts", "devpts", MS_NOSUID | MS_NOEXEC, "newinstance,ptmxmode=0666,mode=0620,gid=5");
    attach("mqueue", "dev/mqueue", "mqueue", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
    attach("shm", "dev/shm", "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=1777,size=65536k");
}

static void protect_paths(void)
{
    static const char *const files[] = { "/proc/kcore", "/proc/keys", "/proc/timer_list" };
    static const char *const directories[] = { "/proc/acpi", "/proc/scsi", "/sys/firmware" };
    static const char *const read_only[] = { "/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger" };
    // Kernels differ in which of them they have.
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        mount("/dev/null", files[i], NULL, MS_BIND, NULL);
    for (size_t i = 0; i < sizeof directories / sizeof *directories; i++)
        mount("tmpfs", directories[i], "tmpfs", MS_RDONLY, NULL);
    for (size_t i = 0; i < sizeof read_only / sizeof *read_only; i++)
        if (!mount(read_only[i], read_only[i], NULL, MS_BIND | MS_REC, NULL))
            mount(NULL, read_only[i], NULL, MS_BIND | MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
}

static void raise_loopback(void)
{
    struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP };
    int sock = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (ioctl(sock, SIOCSIFFLAGS, &request))
        fail("lo up");
    close(sock);
}

static void drop_privileges(void)
{
    // CHOWN DAC_OVERRIDE FOWNER FSETID KILL SETGID SETUID SETPCAP NET_BIND_SERVICE NET_RAW SYS_CHROOT MKNOD AUDIT_WRITE SETFCAP
    const unsigned keep = 0xa80425fb;
    for (int capability = 0; capability <= 40; capability++)
        if (capability > 31 || !(keep >> capability & 1))
            prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);
    struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
    struct __user_cap_data_struct data[2] = { { keep, keep, 0 }, { 0, 0, 0 } };
    if (syscall(SYS_capset, &header, data) || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
        fail("capabilities");
    if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter))
        fail("seccomp");
}

static int run_container(void *directory)
{
    char path[PathSize], options[PathSize * 3];
    attach(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL);
    attach("overlay", text(path, sizeof path, "%s/merged", (char *)directory), "overlay", 0,
        text(options, sizeof options, "lowerdir=%s,upperdir=%s/upper,workdir=%s/work,volatile",
            root, (char *)directory, (char *)directory));
    if (chdir(path))
        fail("%s", path);
    attach("proc", "proc", "proc", MS_NOSUID | MS_NOEXEC | MS_NODEV, NULL);
    attach("sysfs", "sys", "sysfs", MS_NOSUID | MS_NOEXEC | MS_NODEV | MS_RDONLY, NULL);
    set_up_devices();
    if (syscall(SYS_pivot_root, ".", ".") || umount2(".", MNT_DETACH) || chdir("/"))
        fail("pivot_root");
    protect_paths();
    if (sethostname("0123456789ab", 12))
        fail("host name");
    raise_loopback();
    drop_privileges();

    char ready;
    if (read(gate[0], &ready, 1) != 1)
        _exit(1);
    char *arguments[] = { "/bin/true", NULL }, *environment[] = { "PATH=/bin", NULL };
    execve(arguments[0], arguments, environment);
    fail("exec %s", arguments[0]);
}

static void remove_tree(const char *directory)
{
    static const char *const parts[] = {
        "upper", "work/work/incompat/volatile/dirty", "work/work/incompat/volatile", "work/work/incompat", "work/work",
        "work", "merged", "",
    };
    char path[PathSize];
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (remove(text(path, sizeof path, "%s/%s", directory, parts[i])) && errno != ENOENT)
            fail("remove %s", path);
}

int main(int count, char **arguments)
{
    if (count != 3)
        fail("start ROOT WORK");
    root = arguments[1];
    work = arguments[2];
    filter = make_filter();
    find_hierarchies();

    for (int number = 0; getchar() != EOF; number++) {
        char name[64], directory[PathSize / 2], path[PathSize];
        text(name, sizeof name, "floor-%d-%d", getpid(), number);
        double start = now_us();

        mkdir(text(directory, sizeof directory, "%s/%s", work, name), 0700);
        mkdir(text(path, sizeof path, "%s/upper", directory), 0755);
        mkdir(text(path, sizeof path, "%s/work", directory), 0755);
        if (mkdir(text(path, sizeof path, "%s/merged", directory), 0755))
            fail("%s", path);
        make_groups(name);
        if (pipe2(gate, O_CLOEXEC))
            fail("pipe");
        pid_t pid = clone(run_container, stack + sizeof stack,
            CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWCGROUP | SIGCHLD, directory);
        if (pid < 0)
            fail("clone");
        join_groups(name, pid);
        int status;
        if (write(gate[1], "", 1) != 1 || waitpid(pid, &status, 0) < 0)
            fail("wait");
        double end = now_us();
        if (status)
            fail("status %x", status);

        close(gate[0]);
        close(gate[1]);
        remove_groups(name);
        remove_tree(directory);
        printf("%.1f %.1f\n", end - start, now_us() - end);
        fflush(stdout);
    }
}
