using System.Runtime.InteropServices;

namespace Coracle.Kernel.Interop;

// termios.h, asm-generic/ioctls.h, asm-generic/termios.h
internal static unsafe partial class Libc
{
    internal const uint TIOCSCTTY = 0x540E;
    internal const uint TIOCSPGRP = 0x5410;
    internal const uint TIOCGWINSZ = 0x5413;
    internal const uint TIOCSWINSZ = 0x5414;
    internal const uint TIOCGPTN = 0x80045430;
    internal const uint TIOCSPTLCK = 0x40045431;
    internal const uint TIOCGPTPEER = 0x5441;

    internal const int TCSADRAIN = 1;

    // struct termios has 60 bytes in glibc and musl.
    internal const int SizeOfTermios = 60;

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int tcgetattr(int fd, byte* attributes);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int tcsetattr(int fd, int actions, byte* attributes);

    [LibraryImport(Library)]
    internal static partial void cfmakeraw(byte* attributes);

    internal struct winsize
    {
        internal ushort ws_row;
        internal ushort ws_col;
        internal ushort ws_xpixel;
        internal ushort ws_ypixel;
    }
}
