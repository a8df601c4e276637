using System.Buffers;
using Coracle.Kernel.Handles;
using Coracle.Kernel.Polling;

namespace Coracle.Streams.Logs;

/// <summary>Carries one output of a container from its pipe into the log, stamped with the time of reading.</summary>
internal static class OutputPump
{
    // A pipe holds 64 KiB at first. Most containers write little: what is more is taken only for those that fill it.
    private const int FirstFrame = 64 * 1024;
    private const int LargePipe = 1024 * 1024;

    // A program that writes without a pause must not keep a thread of the pool for itself.
    private const int FramesPerTurn = 64;

    /// <summary>Pumps until every process that can write to the pipe has closed it.</summary>
    /// <param name="pipe">The end to read from, non-blocking. Closed at the end.</param>
    /// <param name="output">Which output it is.</param>
    /// <param name="log">The log.</param>
    /// <param name="time">The clock.</param>
    /// <param name="stop">Ends the pumping though the pipe is still open somewhere.</param>
    internal static async Task RunAsync(
        FileDescriptor pipe, OutputStream output, ContainerLog log, TimeProvider time, CancellationToken stop)
    {
        int size = FirstFrame;
        byte[]? buffer = null;
        try
        {
            while (true)
            {
                await Reactor.Shared.WaitReadableAsync(pipe, stop).ConfigureAwait(false);
                buffer ??= ArrayPool<byte>.Shared.Rent(size);
                int read = size;
                for (int turn = 0; turn < FramesPerTurn && read == size; turn++)
                {
                    read = PumpOnce(pipe, output, log, time, buffer.AsSpan(0, size));
                    if (read == 0)
                        return;
                }
                if (read < size)
                {
                    // Waiting may take hours, and there may be many that wait.
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = null;
                }
                else if (size < log.MaxFrame)
                {
                    Pipe.TryResize(pipe, LargePipe);
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = null;
                    size = log.MaxFrame;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // What is in the log by now is all there will be.
        }
        finally
        {
            if (buffer is not null)
                ArrayPool<byte>.Shared.Return(buffer);
            pipe.Dispose();
        }
    }

    // Carries one frame; gives its size with the header, 0 at the end, -1 if there is nothing now.
    private static int PumpOnce(FileDescriptor pipe, OutputStream output, ContainerLog log, TimeProvider time, Span<byte> frame)
    {
        int read = Pipe.Read(pipe, frame[LogFrame.HeaderSize..]);
        if (read <= 0)
            return read;
        LogFrame.At(time.GetUtcNow(), read, output).Write(frame);
        log.Append(frame[..(LogFrame.HeaderSize + read)]);
        return LogFrame.HeaderSize + read;
    }
}
