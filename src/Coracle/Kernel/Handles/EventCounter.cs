using System.Buffers.Binary;
using Coracle.Kernel.Interop;
using Coracle.Kernel.Polling;

namespace Coracle.Kernel.Handles;

/// <summary>A counter that the kernel adds to (eventfd(2)).</summary>
internal sealed class EventCounter : IDisposable
{
    /// <summary>The descriptor.</summary>
    internal FileDescriptor Descriptor { get; } = FileDescriptor.High(FileDescriptor.FromResult(
        Libc.eventfd(0, Libc.O_CLOEXEC | Libc.O_NONBLOCK), "make event counter").Release());

    /// <summary>Waits until it was added to, and sets it back to nothing.</summary>
    internal async Task NextAsync(CancellationToken cancellationToken)
    {
        byte[] count = new byte[sizeof(ulong)];
        do
        {
            await Reactor.Shared.WaitReadableAsync(Descriptor, cancellationToken).ConfigureAwait(false);
            if (Pipe.Read(Descriptor, count) < 0)
                continue;
        }
        while (BinaryPrimitives.ReadUInt64LittleEndian(count) == 0);
    }

    /// <inheritdoc />
    public void Dispose() => Descriptor.Dispose();
}
