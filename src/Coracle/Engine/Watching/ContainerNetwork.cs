using System.Net;
using System.Net.Sockets;
using Coracle.Isolation.Processes;
using Coracle.Kernel.Handles;
using Coracle.Kernel.Processes;
using Coracle.Kernel.Sockets;

namespace Coracle.Engine.Watching;

/// <summary>The network of a running container, seen from inside of it.</summary>
/// <param name="processes">Its processes.</param>
/// <param name="isHost">Whether it is the host's, where other programs listen too.</param>
internal sealed class ContainerNetwork(ContainerProcesses processes, bool isHost)
{
    private const int MaxSockets = 16 * 1024 * 1024;
    private const int MaxDescriptors = 1024 * 1024;

    /// <summary>Connects to a port by the loopback: over IPv4, and if nobody listens there, over IPv6.</summary>
    /// <exception cref="SocketException">Nobody listens.</exception>
    /// <exception cref="ContainerRuntimeException">The container has ended, or its network can't be joined.</exception>
    internal async Task<Socket> ConnectAsync(int port, CancellationToken cancellationToken)
    {
        using FileDescriptor network = OpenNamespace();
        try
        {
            return await ConnectAsync(network, new IPEndPoint(IPAddress.Loopback, port), cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
        {
            try
            {
                return await ConnectAsync(network, new IPEndPoint(IPAddress.IPv6Loopback, port), cancellationToken).ConfigureAwait(false);
            }
            catch (Exception second) when (second is SocketException or ContainerRuntimeException)
            {
                throw e; // without IPv6 there is no second answer
            }
        }
    }

    /// <summary>Whether a program of the container listens on a TCP port, at whatever address.</summary>
    internal bool IsListening(int port)
    {
        using ProcessDirectory? init = processes.OpenInit();
        if (init is null)
            return false;
        HashSet<long> inodes =
        [
            .. ListeningPorts.Find(init.ReadText("net/tcp", MaxSockets), port),
            .. ListeningPorts.Find(init.ReadText("net/tcp6", MaxSockets), port),
        ];
        return inodes.Count > 0 && (!isHost || processes.HoldsSocket(inodes, MaxDescriptors));
    }

    private static async Task<Socket> ConnectAsync(FileDescriptor network, IPEndPoint address, CancellationToken cancellationToken)
    {
        Socket socket = await NamespaceSocket.CreateAsync(network, address.AddressFamily).ConfigureAwait(false);
        try
        {
            await socket.ConnectAsync(address, cancellationToken).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private FileDescriptor OpenNamespace()
    {
        using ProcessDirectory? init = processes.OpenInit();
        return init?.TryOpenNamespace("net")
            ?? throw new ContainerRuntimeException(RuntimeErrorKind.Conflict, "connect to container: it is not running");
    }
}
