using Coracle.Isolation.Launch.Planning;
using Coracle.Isolation.Launch.Stub;
using Coracle.Kernel.Errors;
using Coracle.Kernel.Handles;
using Coracle.Kernel.Interop;
using Coracle.Kernel.Polling;
using Coracle.Kernel.Processes;
using Coracle.Kernel.Sockets;

namespace Coracle.Isolation.Launch;

/// <summary>
/// One run of a plan, from the birth of the stub until its second stage has executed the program. Whatever happens, no process
/// is left that nobody owns.
/// </summary>
internal sealed class LaunchSession : IDisposable
{
    // Beyond the slowest honest start (a bind source on a network file system that must wake up); a hung one must not stay.
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);

    private readonly MessageSocket _socket;
    private readonly LaunchProgress _progress;

    private LaunchSession(MessageSocket socket, int firstStage)
    {
        _socket = socket;
        _progress = new LaunchProgress(firstStage);
    }

    /// <summary>Starts the stub; it waits for its plan.</summary>
    /// <param name="name">Its <c>argv[0]</c>.</param>
    /// <param name="pidNamespace">A process whose pid namespace it is born in; null for that of this process.</param>
    /// <param name="input">Its standard input.</param>
    /// <param name="output">Its standard output.</param>
    /// <param name="error">Its standard error.</param>
    /// <param name="extra">What it gets from <see cref="StubDescriptors.FirstExtra"/> on.</param>
    internal static LaunchSession Spawn(
        string name,
        FileDescriptor? pidNamespace,
        FileDescriptor input,
        FileDescriptor output,
        FileDescriptor error,
        params ReadOnlySpan<FileDescriptor> extra)
    {
        MessageSocket socket = MessageSocket.Create();
        try
        {
            using FileDescriptor image = ExecutableImage.Create(name, Libc.IsArm64 ? StubBytes.Arm64 : StubBytes.X64);
            int firstStage = Spawner.Spawn(image, name, pidNamespace, [input, output, error, socket.Peer, .. extra]);
            socket.Peer.Dispose();
            return new LaunchSession(socket, firstStage);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Runs the plan to its end: the program is executed.</summary>
    /// <returns>The process. The caller must reap it.</returns>
    internal async Task<LaunchedProcess> RunAsync(LaunchPlan plan, CancellationToken cancellationToken)
    {
        PlanMessage message = PlanEncoder.Encode(plan, Libc.IsArm64);
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(StartTimeout);
        try
        {
            await SendAsync(message, limit.Token).ConfigureAwait(false);
            // Everything that a stub says lies in the socket by the time that nobody holds its other end: the first stage has
            // ended, and the second one too, or it has executed the program (the end is close-on-exec). One wake-up for all.
            await Reactor.Shared.WaitHangUpAsync(_socket.Descriptor, limit.Token).ConfigureAwait(false);
            _progress.Read(_socket);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            await AbandonAsync().ConfigureAwait(false);
            throw new ContainerRuntimeException(
                RuntimeErrorKind.Unavailable,
                $"start container: not finished after {StartTimeout.TotalSeconds:0} seconds (a mount's source may not answer)");
        }
        catch
        {
            await AbandonAsync().ConfigureAwait(false);
            throw;
        }

        return _progress.Conclude(plan, message);
    }

    /// <summary>Kills what was started, and reaps it.</summary>
    internal async Task AbandonAsync()
    {
        _progress.Kill();
        // The first stage may have made a second one that has not said so yet. It will, or end: then the socket ends too.
        while (!_progress.ReadLeniently(_socket))
        {
            _progress.Kill();
            await Reactor.Shared.WaitReadableAsync(_socket.Descriptor).ConfigureAwait(false);
        }

        _progress.Kill();
        _progress.Reap();
    }

    /// <inheritdoc />
    public void Dispose() => _socket.Dispose();

    private async Task SendAsync(PlanMessage message, CancellationToken cancellationToken)
    {
        for (int part = 0; part < message.PartCount; part++)
        {
            int errno;
            while ((errno = _socket.TrySend(message.Part(part).Span)) == Errno.EAGAIN)
                await Reactor.Shared.WaitWritableAsync(_socket.Descriptor, cancellationToken).ConfigureAwait(false);
            // A stub that is gone has said why, or its exit status does.
            if (errno is Errno.EPIPE or Errno.ECONNRESET)
                return;
            if (errno != 0)
                throw Errno.Failure(errno, "start container: send plan");
        }
    }
}
