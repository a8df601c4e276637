using System.Runtime.InteropServices;

namespace Coracle.Kernel.Interop;

// sys/epoll.h, sys/eventfd.h
internal static unsafe partial class Libc
{
    internal const int EPOLL_CTL_ADD = 1;
    internal const int EPOLL_CTL_DEL = 2;
    internal const int EPOLL_CTL_MOD = 3;

    internal const uint EPOLLIN = 0x001;
    internal const uint EPOLLOUT = 0x004;
    internal const uint EPOLLERR = 0x008;
    internal const uint EPOLLHUP = 0x010;
    internal const uint EPOLLONESHOT = 1u << 30;

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int epoll_create1(int flags);

    // struct epoll_event is packed on x64 only, so it is passed as bytes: see EpollEvent.
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int epoll_ctl(int epoll, int operation, int fd, byte* epollEvent);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int epoll_wait(int epoll, byte* events, int max, int timeout);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int eventfd(uint value, int flags);

    /// <summary>struct epoll_event: packed (12 bytes) on x64, aligned (16 bytes) elsewhere.</summary>
    internal static class EpollEvent
    {
        internal static int Size => IsArm64 ? 16 : 12;

        private static int DataOffset => IsArm64 ? 8 : 4;

        internal static void Write(byte* target, uint events, long data)
        {
            *(uint*)target = events;
            *(long*)(target + DataOffset) = data;
        }

        internal static (uint Events, long Data) Read(byte* source) => (*(uint*)source, *(long*)(source + DataOffset));
    }
}
