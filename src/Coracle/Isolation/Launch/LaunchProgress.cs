using Coracle.Isolation.Launch.Planning;
using Coracle.Kernel.Processes;
using Coracle.Kernel.Sockets;

namespace Coracle.Isolation.Launch;

/// <summary>What is known about the two stages of a start, from the messages of the stub.</summary>
/// <param name="firstStage">The pid of the first stage: a child, unreaped.</param>
internal sealed class LaunchProgress(int firstStage)
{
    // A start has three messages, a failed one four.
    private const int MostMessages = 8;

    private bool _firstStageReaped;
    private int _secondStage;
    private bool _ready;
    private LaunchMessage? _failure;
    private int _messages;

    /// <summary>Whether the first stage has ended, and waits to be reaped.</summary>
    internal bool FirstStageHasEnded => ChildProcess.HasEnded(firstStage);

    /// <summary>Reads all messages up to the end of the socket.</summary>
    /// <exception cref="ContainerRuntimeException">One is not what a stub sends.</exception>
    internal void Read(MessageSocket socket)
    {
        Span<byte> buffer = stackalloc byte[LaunchMessage.EventLength];
        while (socket.TryReceive(buffer, out int length, out int sender) && length > 0)
        {
            if (!Take(Parse(buffer, length), sender))
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
        while (socket.TryReceive(buffer, out int length, out int sender))
        {
            if (length == 0)
                return true;
            _ = Take(Parse(buffer, length), sender);
        }

        return false;
    }

    /// <summary>Reaps the first stage and says how the start went.</summary>
    internal LaunchedProcess Conclude(LaunchPlan plan, PlanMessage message)
    {
        ExitStatus? status = ReapFirstStage();
        if (_ready && _failure is null && _secondStage != 0)
            return Open();
        if (_secondStage != 0)
        {
            ChildProcess.Kill(_secondStage);
            status = ChildProcess.Reap(_secondStage);
        }

        if (_failure is { } failure)
            throw LaunchFailure.Of(plan, message.IndexOf(failure.Operation), failure.Errno);
        throw LaunchFailure.Died(_secondStage != 0, status);
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
    }

    private static LaunchMessage Parse(ReadOnlySpan<byte> buffer, int length) =>
        length > buffer.Length ? default : LaunchMessage.Parse(buffer[..length]);

    private bool Take(LaunchMessage message, int sender)
    {
        if (++_messages > MostMessages)
            return false;
        switch (message.Kind)
        {
            case LaunchMessageKind.Failed:
                _failure ??= message;
                return true;
            case LaunchMessageKind.Hello or LaunchMessageKind.Cloned when sender != firstStage:
                return Owns(sender);
            case LaunchMessageKind.Ready when sender == _secondStage:
                _ready = true;
                return true;
            default:
                return false;
        }
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
            return new LaunchedProcess(_secondStage, ChildProcess.Open(_secondStage));
        }
        catch
        {
            // Out of descriptors, for example: a container that can't be watched must not run.
            ChildProcess.Kill(_secondStage);
            _ = ChildProcess.Reap(_secondStage);
            throw;
        }
    }
}
