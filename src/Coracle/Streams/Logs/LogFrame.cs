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

    private const long NanosecondsPerTick = 100;
    private const long NanosecondsPerSecond = 1_000_000_000;

    // 9999-12-31T23:59:59Z, the last second of DateTimeOffset.
    private const long LastSecond = 253_402_300_799;

    internal DateTimeOffset Time =>
        DateTimeOffset.UnixEpoch.AddSeconds(Seconds).AddTicks(Nanoseconds / NanosecondsPerTick);

    internal static LogFrame At(DateTimeOffset time, int length, OutputStream stream)
    {
        long ticks = time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks;
        (long seconds, long rest) = Math.DivRem(ticks, TimeSpan.TicksPerSecond);
        return new LogFrame(seconds, rest * NanosecondsPerTick, length, stream);
    }

    internal void Write(Span<byte> header)
    {
        BinaryPrimitives.WriteInt64LittleEndian(header, Seconds);
        BinaryPrimitives.WriteInt64LittleEndian(header[8..], Nanoseconds);
        BinaryPrimitives.WriteInt32LittleEndian(header[16..], Length);
        BinaryPrimitives.WriteInt32LittleEndian(header[20..], (int)Stream);
    }

    /// <summary>Reads a header.</summary>
    /// <returns>Whether it can be one: a log may be cut off by a crash, or damaged.</returns>
    internal static bool TryRead(ReadOnlySpan<byte> header, out LogFrame frame)
    {
        frame = new LogFrame(
            BinaryPrimitives.ReadInt64LittleEndian(header),
            BinaryPrimitives.ReadInt64LittleEndian(header[8..]),
            BinaryPrimitives.ReadInt32LittleEndian(header[16..]),
            (OutputStream)BinaryPrimitives.ReadInt32LittleEndian(header[20..]));
        return frame is
        {
            Length: >= 0,
            Seconds: >= 0 and <= LastSecond,
            Nanoseconds: >= 0 and < NanosecondsPerSecond,
            Stream: OutputStream.StandardOutput or OutputStream.StandardError,
        };
    }
}
