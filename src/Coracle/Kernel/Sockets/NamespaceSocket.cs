using System.Net.Sockets;
using Coracle.Kernel.Errors;
using Coracle.Kernel.Handles;
using Coracle.Kernel.Interop;

namespace Coracle.Kernel.Sockets;

/// <summary>
/// TCP sockets in another network namespace. A socket belongs to the namespace of the thread that made it, for ever; connected
/// and read it can be by any.
/// </summary>
internal static class NamespaceSocket
{
    // It makes two system calls.
    private const int StackSize = 128 * 1024;

    /// <summary>Makes a socket.</summary>
    /// <param name="networkNamespace">The namespace (setns(2)).</param>
    /// <param name="family">IPv4 or IPv6.</param>
    internal static Task<Socket> CreateAsync(FileDescriptor networkNamespace, AddressFamily family)
    {
        TaskCompletionSource<Socket> made = new(TaskCreationOptions.RunContinuationsAsynchronously);
        // A thread of its own, which ends in the other namespace: no thread of the pool ever comes back to the wrong one.
        Thread thread = new(
            () =>
            {
                try
                {
                    made.SetResult(Create(networkNamespace, family));
                }
                catch (Exception e) when (e is ContainerRuntimeException or SocketException or ObjectDisposedException)
                {
                    made.SetException(e);
                }
            },
            StackSize)
        {
            IsBackground = true,
            Name = "coracle-namespace",
        };
        thread.Start();
        return made.Task;
    }

    private static Socket Create(FileDescriptor networkNamespace, AddressFamily family)
    {
        bool referenced = false;
        long result;
        try
        {
            networkNamespace.DangerousAddRef(ref referenced);
            result = Libc.Call(Syscall.setns, networkNamespace.Number, (long)Libc.CLONE_NEWNET);
        }
        finally
        {
            if (referenced)
                networkNamespace.DangerousRelease();
        }
        if (result < 0)
            throw Errno.Failure(
                (int)-result,
                "join network namespace",
                remedy: result == -Errno.EPERM ? "it takes CAP_SYS_ADMIN" : null);
        int domain = family == AddressFamily.InterNetworkV6 ? Libc.AF_INET6 : Libc.AF_INET;
        result = Libc.Call(Syscall.socket, domain, Libc.SOCK_STREAM | Libc.SOCK_CLOEXEC, Libc.IPPROTO_TCP);
        if (result < 0)
            throw Errno.Failure((int)-result, "make socket");
        return new Socket(new SafeSocketHandle(FileDescriptor.High((int)result).Release(), ownsHandle: true));
    }
}
