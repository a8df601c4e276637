using System.Runtime.InteropServices;

namespace Coracle.Kernel.Interop;

// sys/socket.h
internal static unsafe partial class Libc
{
    internal const int AF_UNIX = 1;
    internal const int AF_INET = 2;
    internal const int AF_INET6 = 10;
    internal const int SOCK_STREAM = 1;
    internal const int IPPROTO_TCP = 6;
    internal const int SOCK_SEQPACKET = 5;
    internal const int SOCK_CLOEXEC = 0x80000;

    internal const int SOL_SOCKET = 1;
    internal const int SO_PASSCRED = 16;
    internal const int SCM_RIGHTS = 1;
    internal const int SCM_CREDENTIALS = 2;

    internal const int MSG_CTRUNC = 0x08;
    internal const int MSG_TRUNC = 0x20;
    internal const int MSG_DONTWAIT = 0x40;
    internal const int MSG_NOSIGNAL = 0x4000;
    internal const int MSG_CMSG_CLOEXEC = 0x40000000;

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int socketpair(int domain, int type, int protocol, int* fds);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int setsockopt(int fd, int level, int name, void* value, uint length);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial nint send(int fd, byte* data, nint length, int flags);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial nint recvmsg(int fd, msghdr* message, int flags);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial nint sendmsg(int fd, msghdr* message, int flags);

    internal struct iovec
    {
        internal byte* iov_base;
        internal nint iov_len;
    }

    /// <summary>struct msghdr as the kernel has it; glibc's is the same, musl's differs only in padding.</summary>
    internal struct msghdr
    {
        internal void* msg_name;
        internal uint msg_namelen;
        internal iovec* msg_iov;
        internal nint msg_iovlen;
        internal byte* msg_control;
        internal nint msg_controllen;
        internal int msg_flags;
    }

    internal struct cmsghdr
    {
        internal nint cmsg_len;
        internal int cmsg_level;
        internal int cmsg_type;
    }
}
