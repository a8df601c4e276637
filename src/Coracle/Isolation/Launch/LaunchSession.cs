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
    private int _origin;

    private LaunchSession(MessageSocket socket, int firstStage)
    {
        _socket = socket;
        _progress = new LaunchProgress(firstStage);
    }

    /// <summary>Whether the stub still lives, before it has its plan.</summary>
    internal bool IsWaiting => !_progress.FirstStageHasEnded;

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

    /// <summary>Starts a stub that may be there long before its plan: its standard streams are nothing, and the descriptors that
    /// the plan needs come with it (<see cref="StagePlan.Receive"/>).</summary>
    /// <param name="name">Its <c>argv[0]</c>.</param>
    /// <param name="pidNamespace">A process whose pid namespace it is born in; null for that of this process.</param>
    /// <param name="nothing">The null device.</param>
    internal static LaunchSession SpawnWaiting(string name, FileDescriptor? pidNamespace, FileDescriptor nothing)
    {
        LaunchSession session = Spawn(name, pidNamespace, nothing, nothing, nothing);
        int errno = session._socket.TrySend(WaitingPlan.Message.Part(0).Span);
        session._origin = WaitingPlan.Length;
        if (errno is 0 or Errno.EPIPE or Errno.ECONNRESET) // one that is gone shows when it is used
            return session;
        session.Discard();
        throw Errno.Failure(errno, "start container: send plan");
    }

    /// <summary>Runs the plan to its end: the program is executed.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <returns>The process. The caller must reap it.</returns>
    internal Task<LaunchedProcess> RunAsync(LaunchPlan plan, CancellationToken cancellationToken) =>
        RunAsync(plan, [], cancellationToken);

    /// <summary>Runs the plan to its end: the program is executed.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="descriptors">What the plan receives.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <returns>The process. The caller must reap it.</returns>
    internal async Task<LaunchedProcess> RunAsync(
        LaunchPlan plan, IReadOnlyList<FileDescriptor> descriptors, CancellationToken cancellationToken)
    {
        _progress.ExpectsTerminal = plan.MakesTerminal;
        PlanMessage message;
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(StartTimeout);
        try
        {
            message = PlanEncoder.Encode(plan, Libc.IsArm64, _origin);
            await SendAsync(message, descriptors, limit.Token).ConfigureAwait(false);
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
                $"{plan.Goal}: not finished after {StartTimeout.TotalSeconds:0} seconds (a mount's source may not answer)");
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

    /// <summary>Ends a stub that was given no plan.</summary>
    internal void Discard()
    {
        _progress.Kill();
        _progress.Reap();
        Dispose();
    }

    /// <inheritdoc />
    public void Dispose() => _socket.Dispose();

    private async Task SendAsync(
        PlanMessage message, IReadOnlyList<FileDescriptor> descriptors, CancellationToken cancellationToken)
    {
        int count = message.PartCount + (descriptors.Count > 0 ? 1 : 0);
        for (int part = 0; part < count; part++)
        {
            int errno;
            while ((errno = TrySend(message, descriptors, part)) == Errno.EAGAIN)
                await Reactor.Shared.WaitWritableAsync(_socket.Descriptor, cancellationToken).ConfigureAwait(false);
            // A stub that is gone has said why, or its exit status does.
            if (errno is Errno.EPIPE or Errno.ECONNRESET)
                return;
            if (errno != 0)
                throw Errno.Failure(errno, "send launch plan");
        }
    }

    private int TrySend(PlanMessage message, IReadOnlyList<FileDescriptor> descriptors, int part) => part < message.PartCount
        ? _socket.TrySend(message.Part(part).Span)
        : _socket.TrySend(descriptors);
}
