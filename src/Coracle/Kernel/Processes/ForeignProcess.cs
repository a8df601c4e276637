using Coracle.Kernel.Errors;
using Coracle.Kernel.Handles;
using Coracle.Kernel.Interop;
using Coracle.Kernel.Polling;

namespace Coracle.Kernel.Processes;

/// <summary>A process that need not be a child of this one, held so that its id can't be taken by another.</summary>
internal sealed class ForeignProcess : IDisposable
{
    private const int SigKill = 9;

    private readonly FileDescriptor _descriptor;

    private ForeignProcess(int id, FileDescriptor descriptor)
    {
        Id = id;
        _descriptor = descriptor;
    }

    internal int Id { get; }

    /// <summary>Takes hold of a process; null where there is none with that id.</summary>
    internal static ForeignProcess? TryOpen(int id)
    {
        long result = Libc.Call(Syscall.pidfd_open, id);
        if (result == -Errno.ESRCH)
            return null;
        return result < 0
            ? throw Errno.Failure((int)-result, "open process", $"{id}")
            : new ForeignProcess(id, FileDescriptor.High((int)result));
    }

    /// <summary>Waits for its end. Its descriptors are closed then, and its locks given up.</summary>
    internal Task WaitAsync(CancellationToken cancellationToken) =>
        Reactor.Shared.WaitReadableAsync(_descriptor, cancellationToken);

    /// <summary>Kills it, and waits for its end.</summary>
    internal async Task KillAsync(CancellationToken cancellationToken)
    {
        long result = Libc.Call(Syscall.pidfd_send_signal, _descriptor.Number, SigKill);
        if (result < 0 && result != -Errno.ESRCH)
            throw Errno.Failure((int)-result, "kill process", $"{Id}");
        await WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public void Dispose() => _descriptor.Dispose();
}
