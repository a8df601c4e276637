using System.Buffers.Binary;
using System.Text;
using Coracle.Streams.Logs;
using Coracle.TestSupport;

namespace Coracle.Tests.Streams.Logs;

/// <summary>A log in a directory of its own, and short ways to write and read it.</summary>
public abstract class LogTest : IDisposable
{
    protected const long SmallFile = 64 * 1024;

    private protected LogTest()
    {
        Log = NewLog();
        Log.Open();
    }

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    private protected TempDirectory Root { get; } = new();

    private protected ContainerLog Log { get; }

    protected string LogFile(long number) => Log.Files.File(number);

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        Log.Close();
        Root.Dispose();
    }

    /// <summary>The log as another process sees it, or a later one.</summary>
    private protected ContainerLog NewLog(int maxFiles = 3) =>
        new(Root.Path, new LogLimits { MaxFileSize = SmallFile, MaxFiles = maxFiles });

    protected void Out(string text, int second = 0) => Append(OutputStream.StandardOutput, Encoding.UTF8.GetBytes(text), second);

    protected void Err(string text, int second = 0) => Append(OutputStream.StandardError, Encoding.UTF8.GetBytes(text), second);

    protected void Append(OutputStream stream, ReadOnlySpan<byte> data, int second = 0) =>
        Log.Append(Frame(DateTimeOffset.UnixEpoch.AddSeconds(second), stream, data));

    protected static byte[] Frame(DateTimeOffset time, OutputStream stream, ReadOnlySpan<byte> data)
    {
        byte[] frame = new byte[LogFrame.HeaderSize + data.Length];
        LogFrame.At(time, data.Length, stream).Write(frame);
        data.CopyTo(frame.AsSpan(LogFrame.HeaderSize));
        return frame;
    }

    /// <summary>Fills one file of the log with numbered lines of 1000 bytes.</summary>
    /// <returns>The number of the next line.</returns>
    protected int FillFile(int first, int second = 0)
    {
        int count = (int)(SmallFile / (LogFrame.HeaderSize + 1000));
        for (int i = 0; i < count; i++)
            Out(Numbered(first + i), second);
        return first + count;
    }

    protected static string Numbered(int number) => number.ToString("D8", null).PadRight(999, '.') + "\n";

    protected static int NumberOf(string line) => int.Parse(line.AsSpan(0, 8), null);

    private protected static Task<List<string>> LinesAsync(ContainerLog log, LogOptions? options = null) =>
        LinesAsync(LogLines.ReadAsync(log, options ?? new LogOptions(), TimeProvider.System, Token));

    /// <summary>Lines as stream and content.</summary>
    protected static async Task<List<string>> LinesAsync(IAsyncEnumerable<OutputLine> lines)
    {
        List<string> found = [];
        await foreach (OutputLine line in lines)
            found.Add($"{(int)line.Stream}:{line.Content}");
        return found;
    }

    private protected static async Task<string> BytesAsync(ContainerLog log, OutputStream output)
    {
        using StreamReader reader = new(new LogOutputStream(log, output), Encoding.Latin1);
        return await reader.ReadToEndAsync(Token);
    }

    protected static void Damage(string file, long offset, int value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        using FileStream stream = File.OpenWrite(file);
        stream.Position = offset;
        stream.Write(bytes);
    }
}
