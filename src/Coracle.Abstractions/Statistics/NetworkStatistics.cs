namespace Coracle;

/// <summary>What went through a network interface of a container.</summary>
/// <param name="ReceivedBytes">Bytes received.</param>
/// <param name="ReceivedPackets">Packets received.</param>
/// <param name="ReceiveErrors">Packets received with errors.</param>
/// <param name="ReceiveDropped">Packets received and dropped.</param>
/// <param name="SentBytes">Bytes sent.</param>
/// <param name="SentPackets">Packets sent.</param>
/// <param name="SendErrors">Packets whose sending failed.</param>
/// <param name="SendDropped">Packets that were to be sent and were dropped.</param>
public sealed record NetworkStatistics(
    long ReceivedBytes,
    long ReceivedPackets,
    long ReceiveErrors,
    long ReceiveDropped,
    long SentBytes,
    long SentPackets,
    long SendErrors,
    long SendDropped);
