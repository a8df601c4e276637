using Coracle.Kernel.Errors;
using Coracle.Kernel.Handles;
using Coracle.Kernel.Interop;
using Microsoft.Win32.SafeHandles;

namespace Coracle.IntegrationTests.Isolation.Launch;

/// <summary>Pipes for the standard streams of containers.</summary>
internal static class Pipes
{
    internal static unsafe (FileDescriptor Reader, FileDescriptor Writer) Create()
    {
        int* pair = stackalloc int[2];
        if (Libc.pipe2(pair, Libc.O_CLOEXEC) != 0)
            throw Errno.LastFailure("make pipe");
        return (FileDescriptor.High(pair[0]), FileDescriptor.High(pair[1]));
    }

    internal static async Task<string> ReadToEndAsync(FileDescriptor reader)
    {
        using StreamReader text = Text(reader);
        return await text.ReadToEndAsync(TestContext.Current.CancellationToken);
    }

    internal static async Task<string?> ReadLineAsync(FileDescriptor reader)
    {
        using StreamReader text = Text(reader);
        return await text.ReadLineAsync(TestContext.Current.CancellationToken);
    }

    internal static async Task WriteAsync(FileDescriptor writer, string text)
    {
        await using FileStream stream = new(Handle(writer), FileAccess.Write, bufferSize: 1);
        await stream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(text), TestContext.Current.CancellationToken);
    }

    private static StreamReader Text(FileDescriptor reader) => new(new FileStream(Handle(reader), FileAccess.Read, bufferSize: 1));

    private static SafeFileHandle Handle(FileDescriptor descriptor) => new(descriptor.Release(), ownsHandle: true);
}
