// overlay: an overlay mount of many layers by the new mount API, its layers given as O_PATH descriptors.
//   overlay DIRECTORY LAYERS       DIRECTORY has the layers 0, 1, ... and the directories upper and work
//   request: an empty line         answer: microseconds of the mount
#include "common.h"
#include <linux/mount.h>
#include <sys/syscall.h>

static int configure(int context, unsigned command, const char *key, const char *value, int descriptor)
{
    return syscall(SYS_fsconfig, context, command, key, value, descriptor);
}

int main(int count, char **arguments)
{
    if (count != 3 || chdir(arguments[1]))
        fail("overlay DIRECTORY LAYERS");
    int layers = atoi(arguments[2]);
    int *lower = calloc(layers, sizeof *lower);
    char name[32];
    for (int i = 0; i < layers; i++)
        if ((lower[i] = open(text(name, sizeof name, "%d", i), O_PATH | O_DIRECTORY | O_CLOEXEC)) < 0)
            fail("open layer %d", i);
    int upper = open("upper", O_PATH | O_DIRECTORY | O_CLOEXEC), work = open("work", O_PATH | O_DIRECTORY | O_CLOEXEC);

    while (getchar() != EOF) {
        double start = now_us();
        int context = syscall(SYS_fsopen, "overlay", FSOPEN_CLOEXEC);
        for (int i = layers - 1; i >= 0; i--)
            if (configure(context, FSCONFIG_SET_FD, "lowerdir+", NULL, lower[i]))
                fail("lowerdir+ %d", i);
        if (configure(context, FSCONFIG_SET_FD, "upperdir", NULL, upper)
            || configure(context, FSCONFIG_SET_FD, "workdir", NULL, work)
            || configure(context, FSCONFIG_CMD_CREATE, NULL, NULL, 0))
            fail("overlay of %d layers", layers);
        int mount = syscall(SYS_fsmount, context, FSMOUNT_CLOEXEC, 0);
        if (mount < 0)
            fail("fsmount");
        close(context);
        printf("%.1f\n", now_us() - start);
        fflush(stdout);
        // Attached nowhere, it ends when it is closed. What it left would be cleaned by the next mount, in its time.
        close(mount);
        if (unlinkat(work, "work", AT_REMOVEDIR))
            fail("remove work/work");
    }
}
