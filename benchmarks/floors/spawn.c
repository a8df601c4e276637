// spawn: starts programs and observes their end, with as little between as the C library allows.
//   request: the program and its arguments, separated by tabs       answer: microseconds, wait status
// Output of the programs is dropped; their standard error is this program's.
#include "common.h"
#include <spawn.h>
#include <sys/wait.h>

extern char **environ;

int main(void)
{
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);

    char *line = NULL;
    size_t size = 0;
    for (ssize_t length; (length = getline(&line, &size, stdin)) > 0;) {
        line[length - 1] = 0;
        char *arguments[256];
        int count = 0;
        for (char *part; count < 255 && (part = strsep(&line, "\t"));)
            arguments[count++] = part;
        arguments[count] = NULL;

        pid_t pid;
        int status;
        double start = now_us();
        errno = posix_spawnp(&pid, arguments[0], &actions, NULL, arguments, environ);
        if (errno)
            fail("start %s", arguments[0]);
        if (waitpid(pid, &status, 0) < 0)
            fail("wait for %s", arguments[0]);
        printf("%.1f %d\n", now_us() - start, status);
        fflush(stdout);
        free(arguments[0]);
        line = NULL;
        size = 0;
    }
}
