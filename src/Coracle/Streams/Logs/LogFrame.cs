using System.Buffers.Binary;

namespace Coracle.Streams.Logs;

/// <summary>
/// The header of one piece of output in a log: what was read from the container at once. 24 bytes, little endian: seconds
/// (u64), nanoseconds (u64), length (u32), stream (u32, 1 or 2). The time is a struct timespec, so that a process without
/// any library can stamp it with one system call.
/// </summary>
internal readonly record struct LogFrame(long Seconds, long Nanoseconds, int Length, OutputStream Stream)
{
    internal const int HeaderSize = 24;

    private const long TicksPerNanosecond100 = 100;

    internal DateTimeOffset Time =>
        DateTimeOffset.UnixEpoch.AddSeconds(Seconds).AddTicks(Nanoseconds / TicksPerNanosecond100);

    internal static LogFrame At(DateTimeOffset time, int length, OutputStream stream)
    {
        long ticks = time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks;
        (long seconds, long rest) = Math.DivRem(ticks, TimeSpan.TicksPerSecond);
        return new LogFrame(seconds, rest * TicksPerNanosecond100, length, stream);
    }

    internal void Write(Span<byte> header)
    {
        BinaryPrimitives.WriteInt64LittleEndian(header, Seconds);
        BinaryPrimitives.WriteInt64LittleEndian(header[8..], Nanoseconds);
        BinaryPrimitives.WriteInt32LittleEndian(header[16..], Length);
        BinaryPrimitives.WriteInt32LittleEndian(header[20..], (int)Stream);
    }

    /// <summary>Reads a header.</summary>
    /// <returns>Whether it can be one: a log may be cut off anywhere by a crash.</returns>
    internal static bool TryRead(ReadOnlySpan<byte> header, out LogFrame frame)
    {
        frame = new LogFrame(
            BinaryPrimitives.ReadInt64LittleEndian(header),
            BinaryPrimitives.ReadInt64LittleEndian(header[8..]),
            BinaryPrimitives.ReadInt32LittleEndian(header[16..]),
            (OutputStream)BinaryPrimitives.ReadInt32LittleEndian(header[20..]));
        return frame.Length >= 0 && frame.Stream is OutputStream.StandardOutput or OutputStream.StandardError;
    }
}
