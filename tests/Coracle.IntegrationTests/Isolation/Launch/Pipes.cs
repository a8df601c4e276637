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
        using SafeFileHandle handle = new(reader.Release(), ownsHandle: true);
        await using FileStream stream = new(handle, FileAccess.Read, bufferSize: 1);
        using StreamReader text = new(stream);
        return await text.ReadToEndAsync(TestContext.Current.CancellationToken);
    }
}
