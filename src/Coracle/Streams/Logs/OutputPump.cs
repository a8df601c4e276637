using System.Buffers;
using Coracle.Kernel.Handles;
using Coracle.Kernel.Polling;

namespace Coracle.Streams.Logs;

/// <summary>Carries one output of a container from its pipe into the log, stamped with the time of reading.</summary>
internal static class OutputPump
{
    // A pipe holds 64 KiB: one read empties it.
    private const int BufferSize = 64 * 1024;

    /// <summary>Pumps until every process that can write to the pipe has closed it.</summary>
    /// <param name="pipe">The end to read from, non-blocking. Closed at the end.</param>
    /// <param name="output">Which output it is.</param>
    /// <param name="log">The log.</param>
    /// <param name="time">The clock.</param>
    /// <param name="stop">Ends the pumping though the pipe is still open somewhere.</param>
    internal static async Task RunAsync(
        FileDescriptor pipe, OutputStream output, ContainerLog log, TimeProvider time, CancellationToken stop)
    {
        byte[]? buffer = null;
        try
        {
            while (true)
            {
                await Reactor.Shared.WaitReadableAsync(pipe, stop).ConfigureAwait(false);
                buffer ??= ArrayPool<byte>.Shared.Rent(BufferSize + LogFrame.HeaderSize);
                int read = Pipe.Read(pipe, buffer.AsSpan(LogFrame.HeaderSize, BufferSize));
                if (read == 0)
                    return;
                if (read < 0)
                    continue;
                LogFrame.At(time.GetUtcNow(), read, output).Write(buffer);
                log.Append(buffer.AsSpan(0, LogFrame.HeaderSize + read));
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
}
