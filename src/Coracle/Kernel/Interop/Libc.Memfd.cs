namespace Coracle.Kernel.Interop;

// sys/mman.h, linux/memfd.h: files in memory, and their seals
internal static unsafe partial class Libc
{
    internal const uint MFD_CLOEXEC = 0x01;
    internal const uint MFD_ALLOW_SEALING = 0x02;
    internal const uint MFD_EXEC = 0x10;

    internal const int F_ADD_SEALS = 1033;
    internal const int F_SEAL_SEAL = 0x01;
    internal const int F_SEAL_SHRINK = 0x02;
    internal const int F_SEAL_GROW = 0x04;
    internal const int F_SEAL_WRITE = 0x08;
    internal const int F_SEAL_EXEC = 0x20;

    // Its bit for O_DIRECTORY differs.
    internal static int O_TMPFILE => 0x400000 | O_DIRECTORY;
}
