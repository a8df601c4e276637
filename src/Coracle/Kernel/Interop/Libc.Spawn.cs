using System.Runtime.InteropServices;

namespace Coracle.Kernel.Interop;

// spawn.h
internal static unsafe partial class Libc
{
    internal const short POSIX_SPAWN_SETSIGDEF = 0x04;
    internal const short POSIX_SPAWN_SETSIGMASK = 0x08;

    // posix_spawnattr_t has 336 bytes in glibc and in musl, posix_spawn_file_actions_t 80, sigset_t 128.
    internal const int SizeOfSpawnAttributes = 512;
    internal const int SizeOfSpawnFileActions = 128;
    internal const int SizeOfSignalSet = 128;

    // These return the number of the error.
    [LibraryImport(Library)]
    internal static partial int posix_spawn(
        int* pid, byte* path, void* fileActions, void* attributes, byte** argv, byte** envp);

    [LibraryImport(Library)]
    internal static partial int posix_spawn_file_actions_init(void* fileActions);

    [LibraryImport(Library)]
    internal static partial int posix_spawn_file_actions_destroy(void* fileActions);

    [LibraryImport(Library)]
    internal static partial int posix_spawn_file_actions_adddup2(void* fileActions, int fd, int newFd);

    [LibraryImport(Library)]
    internal static partial int posix_spawnattr_init(void* attributes);

    [LibraryImport(Library)]
    internal static partial int posix_spawnattr_setflags(void* attributes, short flags);

    [LibraryImport(Library)]
    internal static partial int posix_spawnattr_setsigdefault(void* attributes, void* signals);

    [LibraryImport(Library)]
    internal static partial int posix_spawnattr_setsigmask(void* attributes, void* signals);
}
