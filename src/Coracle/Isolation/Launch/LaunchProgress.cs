using Coracle.Isolation.Launch.Planning;
using Coracle.Kernel.Handles;
using Coracle.Kernel.Processes;
using Coracle.Kernel.Sockets;
using Coracle.Kernel.Terminals;

namespace Coracle.Isolation.Launch;

/// <summary>What is known about the two stages of a start, from the messages of the stub.</summary>
/// <param name="firstStage">The pid of the first stage: a child, unreaped.</param>
internal sealed class LaunchProgress(int firstStage)
{
    // A start has four messages, a failed one five.
    private const int MostMessages = 8;

    private bool _firstStageReaped;
    private int _secondStage;
    private bool _ready;
    private LaunchMessage? _failure;
    private int _messages;
    private FileDescriptor? _terminal;

    /// <summary>Whether the plan makes a terminal and sends it. A descriptor that nobody asked for is closed.</summary>
    internal bool ExpectsTerminal { get; set; }

    /// <summary>Whether the first stage has ended, and waits to be reaped.</summary>
    internal bool FirstStageHasEnded => ChildProcess.HasEnded(firstStage);

    /// <summary>Reads all messages up to the end of the socket.</summary>
    /// <exception cref="ContainerRuntimeException">One is not what a stub sends.</exception>
    internal void Read(MessageSocket socket)
    {
        Span<byte> buffer = stackalloc byte[LaunchMessage.EventLength];
        while (socket.TryReceive(buffer, out int length, out int sender, out FileDescriptor? attached) && length > 0)
        {
            if (!Take(Parse(buffer, length), sender, attached))
            {
                throw new ContainerRuntimeException(
                    RuntimeErrorKind.Unknown, "start container: the container process broke the protocol of its start");
            }
        }
    }

    /// <summary>Reads all messages that are there; those that are wrong are passed over.</summary>
    /// <returns>Whether the socket has ended.</returns>
    internal bool ReadLeniently(MessageSocket socket)
    {
        Span<byte> buffer = stackalloc byte[LaunchMessage.EventLength];
        while (socket.TryReceive(buffer, out int length, out int sender, out FileDescriptor? attached))
        {
            if (length == 0)
                return true;
            _ = Take(Parse(buffer, length), sender, attached);
        }

        return false;
    }

    /// <summary>Reaps the first stage and says how the start went.</summary>
    internal LaunchedProcess Conclude(LaunchPlan plan, PlanMessage message)
    {
        ExitStatus? status = ReapFirstStage();
        if (_ready && _failure is null && _secondStage != 0 && (_terminal is not null || !ExpectsTerminal))
            return Open();
        _terminal?.Dispose();
        if (_secondStage != 0)
        {
            ChildProcess.Kill(_secondStage);
            status = ChildProcess.Reap(_secondStage);
        }

        if (_failure is { } failure)
            throw LaunchFailure.Of(plan, message.IndexOf(failure.Operation), failure.Errno);
        throw LaunchFailure.Died(plan.Goal, _secondStage != 0, status);
    }

    /// <summary>Kills the stages that are known.</summary>
    internal void Kill()
    {
        // Unreaped children: their pids can't belong to anybody else.
        if (!_firstStageReaped)
            ChildProcess.Kill(firstStage);
        if (_secondStage != 0)
            ChildProcess.Kill(_secondStage);
    }

    /// <summary>Reaps the stages that are known; both are ending.</summary>
    internal void Reap()
    {
        ReapFirstStage();
        if (_secondStage != 0)
            _ = ChildProcess.Reap(_secondStage);
        _secondStage = 0;
        _terminal?.Dispose();
    }

    private static LaunchMessage Parse(ReadOnlySpan<byte> buffer, int length) =>
        length > buffer.Length ? default : LaunchMessage.Parse(buffer[..length]);

    private bool Take(LaunchMessage message, int sender, FileDescriptor? attached)
    {
        if (++_messages <= MostMessages && message.Kind == LaunchMessageKind.Terminal)
            return TakeTerminal(sender, attached);
        attached?.Dispose();
        if (_messages > MostMessages)
            return false;
        switch (message.Kind)
        {
            case LaunchMessageKind.Failed:
                _failure ??= message;
                return true;
            case LaunchMessageKind.Cloned when sender == firstStage && message.Pid != 0:
                // The second stage can't say this: the kernel lets nobody without privileges name another as the sender.
                return Owns(message.Pid);
            case LaunchMessageKind.Hello or LaunchMessageKind.Cloned when sender != firstStage && message.Pid == 0:
                return Owns(sender);
            case LaunchMessageKind.Ready when sender == _secondStage:
                _ready = true;
                return true;
            default:
                return false;
        }
    }

    // Once, by a stage of ours, and only what is a terminal: reading from it never waits for somebody else's file system.
    private bool TakeTerminal(int sender, FileDescriptor? attached)
    {
        if (ExpectsTerminal && _terminal is null && attached is not null
            && (sender == firstStage || sender == _secondStage) && Terminal.IsMaster(attached))
        {
            _terminal = attached;
            return true;
        }
        attached?.Dispose();
        return false;
    }

    // The kernel has checked and translated the pid; still, only a child of ours is taken.
    private bool Owns(int pid)
    {
        if (_secondStage != 0)
            return _secondStage == pid;
        if (!ChildProcess.IsOurs(pid))
            return false;
        _secondStage = pid;
        return true;
    }

    private ExitStatus? ReapFirstStage()
    {
        if (_firstStageReaped)
            return null;
        _firstStageReaped = true;
        return ChildProcess.Reap(firstStage);
    }

    private LaunchedProcess Open()
    {
        try
        {
            return new LaunchedProcess(_secondStage, ChildProcess.Open(_secondStage), _terminal);
        }
        catch
        {
            _terminal?.Dispose();
            // Out of descriptors, for example: a container that can't be watched must not run.
            ChildProcess.Kill(_secondStage);
            _ = ChildProcess.Reap(_secondStage);
            throw;
        }
    }
}
