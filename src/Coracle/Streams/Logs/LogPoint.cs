namespace Coracle.Streams.Logs;

/// <summary>One byte of a log.</summary>
/// <param name="Frame">The frame that has it.</param>
/// <param name="Byte">How many of the frame's bytes come before it.</param>
internal readonly record struct LogPoint(LogPosition Frame, int Byte);
