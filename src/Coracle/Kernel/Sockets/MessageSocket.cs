using Coracle.Kernel.Errors;
using Coracle.Kernel.Handles;
using Coracle.Kernel.Interop;

namespace Coracle.Kernel.Sockets;

/// <summary>
/// This process's end of a socket pair that carries whole messages (SOCK_SEQPACKET), each with the pid of its sender, filled in
/// by the kernel. The other end is a child's.
/// </summary>
internal sealed unsafe class MessageSocket : IDisposable
{
    // Room for the sender and one descriptor; more descriptors than that make the kernel cut the control data, and close them.
    private const int ControlSize = 128;

    private MessageSocket(FileDescriptor own, FileDescriptor peer)
    {
        Descriptor = own;
        Peer = peer;
    }

    internal FileDescriptor Descriptor { get; }

    /// <summary>The other end, to be given to a child and then disposed here.</summary>
    internal FileDescriptor Peer { get; }

    internal static MessageSocket Create()
    {
        int* pair = stackalloc int[2];
        if (Libc.socketpair(Libc.AF_UNIX, Libc.SOCK_SEQPACKET | Libc.SOCK_CLOEXEC, 0, pair) != 0)
            throw Errno.LastFailure("make socket pair");
        FileDescriptor own = new(pair[0]);
        try
        {
            MessageSocket socket = new(own, FileDescriptor.High(pair[1]));
            int on = 1;
            if (Libc.setsockopt(own.Number, Libc.SOL_SOCKET, Libc.SO_PASSCRED, &on, sizeof(int)) == 0)
                return socket;
            int errno = Errno.Last;
            socket.Peer.Dispose();
            throw Errno.Failure(errno, "ask for the sender of messages");
        }
        catch
        {
            own.Dispose();
            throw;
        }
    }

    /// <summary>Sends one message if there is room for it. Never blocks.</summary>
    /// <returns>0, or the errno: EAGAIN if there is no room, EPIPE if the peer is gone.</returns>
    internal int TrySend(ReadOnlySpan<byte> message)
    {
        fixed (byte* bytes = message)
        {
            while (Libc.send(Descriptor.Number, bytes, message.Length, Libc.MSG_NOSIGNAL | Libc.MSG_DONTWAIT) < 0)
            {
                int errno = Errno.Last;
                if (errno != Errno.EINTR)
                    return errno;
            }
        }

        return 0;
    }

    /// <summary>Sends descriptors, with a message of one byte, if there is room. Never blocks.</summary>
    /// <returns>0, or the errno.</returns>
    internal int TrySend(IReadOnlyList<FileDescriptor> descriptors)
    {
        int length = sizeof(Libc.cmsghdr) + (descriptors.Count * sizeof(int));
        int space = (length + sizeof(nint) - 1) & -sizeof(nint);
        byte* control = stackalloc byte[space];
        *(Libc.cmsghdr*)control = new() { cmsg_len = length, cmsg_level = Libc.SOL_SOCKET, cmsg_type = Libc.SCM_RIGHTS };
        int* numbers = (int*)(control + sizeof(Libc.cmsghdr));
        for (int i = 0; i < descriptors.Count; i++)
            numbers[i] = descriptors[i].Number;
        byte content = 0;
        Libc.iovec vector = new() { iov_base = &content, iov_len = 1 };
        Libc.msghdr header = new() { msg_iov = &vector, msg_iovlen = 1, msg_control = control, msg_controllen = space };
        while (Libc.sendmsg(Descriptor.Number, &header, Libc.MSG_NOSIGNAL | Libc.MSG_DONTWAIT) < 0)
        {
            int errno = Errno.Last;
            if (errno != Errno.EINTR)
                return errno;
        }

        GC.KeepAlive(descriptors);
        return 0;
    }

    /// <summary>Takes the next message. Never blocks.</summary>
    /// <param name="buffer">Takes the message; a longer one is cut, and told by its length.</param>
    /// <param name="length">The length of the whole message; 0 at the end.</param>
    /// <param name="sender">The pid of the sender as seen from here; 0 if the kernel did not say.</param>
    /// <param name="attached">The descriptor that came with it, which the caller disposes. If more than one came, they are
    /// closed: nobody here asks for several.</param>
    /// <returns>False if there is none now.</returns>
    internal bool TryReceive(Span<byte> buffer, out int length, out int sender, out FileDescriptor? attached)
    {
        attached = null;
        byte* control = stackalloc byte[ControlSize];
        fixed (byte* bytes = buffer)
        {
            Libc.iovec vector = new() { iov_base = bytes, iov_len = buffer.Length };
            Libc.msghdr header = new()
            {
                msg_iov = &vector, msg_iovlen = 1, msg_control = control, msg_controllen = ControlSize,
            };
            length = (int)Receive(&header);
            sender = length >= 0 ? ReadControl(&header, ref attached) : 0;
        }

        if (length >= 0)
            return true;
        int errno = -length;
        length = 0;
        return errno == Errno.EAGAIN ? false : throw Errno.Failure(errno, "receive message");
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Descriptor.Dispose();
        Peer.Dispose();
    }

    private nint Receive(Libc.msghdr* header)
    {
        const int Flags = Libc.MSG_DONTWAIT | Libc.MSG_CMSG_CLOEXEC | Libc.MSG_TRUNC;
        while (true)
        {
            nint result = Libc.recvmsg(Descriptor.Number, header, Flags);
            if (result >= 0)
                return result;
            int errno = Errno.Last;
            // A peer that ends without having read everything resets the connection: told once, before what it sent last.
            if (errno is not (Errno.EINTR or Errno.ECONNRESET))
                return -errno;
        }
    }

    private static int ReadControl(Libc.msghdr* header, ref FileDescriptor? attached)
    {
        int sender = 0;
        byte* end = header->msg_control + header->msg_controllen;
        byte* next = header->msg_control;
        while (next + sizeof(Libc.cmsghdr) <= end)
        {
            Libc.cmsghdr* item = (Libc.cmsghdr*)next;
            nint dataLength = item->cmsg_len - sizeof(Libc.cmsghdr);
            if (dataLength < 0 || item->cmsg_len > end - next)
                break;
            int* data = (int*)(item + 1);
            if (item->cmsg_level == Libc.SOL_SOCKET && item->cmsg_type == Libc.SCM_CREDENTIALS && dataLength >= sizeof(int))
                sender = *data;
            else if (item->cmsg_level == Libc.SOL_SOCKET && item->cmsg_type == Libc.SCM_RIGHTS)
                attached = TakeOnly(new ReadOnlySpan<int>(data, (int)(dataLength / sizeof(int))), attached);
            next += (item->cmsg_len + sizeof(nint) - 1) & -sizeof(nint);
        }

        return sender;
    }

    private static FileDescriptor? TakeOnly(ReadOnlySpan<int> descriptors, FileDescriptor? earlier)
    {
        if (descriptors.Length == 1 && earlier is null)
            return FileDescriptor.High(descriptors[0]);
        foreach (int fd in descriptors)
            _ = Libc.close(fd);
        return earlier;
    }
}
