using System.Buffers.Binary;

namespace Coracle.Isolation.Launch;

/// <summary>
/// A message of a stub. The sender may be in the hands of the container (it is a process that somebody with CAP_SYS_PTRACE
/// there could reach): so it is parsed as hostile input. No message has another length, and nothing in it is an address or a size.
/// </summary>
/// <param name="Kind">What it says.</param>
/// <param name="Operation">The operation that failed.</param>
/// <param name="Errno">Why an operation failed.</param>
/// <param name="Pid">The second stage, as the first one was told by the kernel; 0 in all other messages.</param>
internal readonly record struct LaunchMessage(LaunchMessageKind Kind, uint Operation = 0, int Errno = 0, int Pid = 0)
{
    /// <summary>The length of <see cref="LaunchMessageKind.Failed"/>; the stub itself writes it.</summary>
    internal const int FailedLength = 8;

    /// <summary>The length of the messages that plans write.</summary>
    internal const int EventLength = 16;

    private const int LargestErrno = 4095;

    /// <summary>Reads a message.</summary>
    internal static LaunchMessage Parse(ReadOnlySpan<byte> message) => message.Length switch
    {
        FailedLength => ParseFailure(message),
        EventLength => ParseEvent(message),
        _ => new LaunchMessage(LaunchMessageKind.Invalid),
    };

    /// <summary>The first word of a message that a plan writes.</summary>
    internal static ulong Word(LaunchMessageKind kind) => (ulong)kind;

    private static LaunchMessage ParseFailure(ReadOnlySpan<byte> message)
    {
        uint operation = BinaryPrimitives.ReadUInt32LittleEndian(message);
        uint errno = BinaryPrimitives.ReadUInt32LittleEndian(message[4..]);
        return errno <= LargestErrno
            ? new LaunchMessage(LaunchMessageKind.Failed, operation, (int)errno)
            : new LaunchMessage(LaunchMessageKind.Invalid);
    }

    private static LaunchMessage ParseEvent(ReadOnlySpan<byte> message)
    {
        ulong kind = BinaryPrimitives.ReadUInt64LittleEndian(message);
        ulong value = BinaryPrimitives.ReadUInt64LittleEndian(message[8..]);
        bool isKnown = kind is >= (ulong)LaunchMessageKind.Hello and <= (ulong)LaunchMessageKind.Terminal;
        ulong largest = kind == (ulong)LaunchMessageKind.Cloned ? int.MaxValue : 0u;
        return isKnown && value <= largest
            ? new LaunchMessage((LaunchMessageKind)kind, Pid: (int)value)
            : new LaunchMessage(LaunchMessageKind.Invalid);
    }
}
