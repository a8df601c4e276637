using Coracle.Kernel.Handles;
using Coracle.Kernel.Polling;
using Coracle.Kernel.Processes;

namespace Coracle.Isolation.Launch;

/// <summary>A started container: its first process, a child of this process. It is reaped here, once.</summary>
internal sealed class ContainerProcess : IDisposable
{
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly FileDescriptor? _mountNamespace;
    private readonly IDisposable? _lease;

    /// <param name="process">The process; owned from here on.</param>
    /// <param name="lease">Disposed when the container has ended.</param>
    internal ContainerProcess(LaunchedProcess process, IDisposable? lease)
    {
        Pid = process.Pid;
        Descriptor = process.Descriptor;
        Terminal = process.Terminal;
        _lease = lease;
        // The kernel takes a mount namespace down inside of the last exit(2), before the parent learns of it: 0.8 ms. With a
        // descriptor held here, the namespace outlives the process, and goes when nobody waits for it.
        _mountNamespace = ChildProcess.OpenMountNamespace(Descriptor);
        bool referenced = false;
        Descriptor.DangerousAddRef(ref referenced); // until it is reaped, whether this object is disposed or not
        Exited = WaitAsync();
    }

    /// <summary>The pid in the namespace of this process. Free for others as soon as <see cref="Exited"/> completes.</summary>
    internal int Pid { get; }

    /// <summary>A descriptor of the process (pidfd_open(2)). Owned by this object.</summary>
    internal FileDescriptor Descriptor { get; }

    /// <summary>The master side of its terminal; null if it has none. The caller owns it.</summary>
    internal FileDescriptor? Terminal { get; }

    /// <summary>Completes when the process has ended and is reaped.</summary>
    internal Task<ExitStatus> Exited { get; }

    /// <summary>Completes, after <see cref="Exited"/>, when the container's mounts are gone.</summary>
    internal Task Released => _released.Task;

    /// <summary>Sends a signal.</summary>
    /// <returns>False if the process has ended.</returns>
    internal bool Signal(Signal signal) => ChildProcess.Signal(Descriptor, signal);

    /// <summary>Closes the descriptor. The process, if it still runs, is watched and reaped all the same.</summary>
    public void Dispose() => Descriptor.Dispose();

    private async Task<ExitStatus> WaitAsync()
    {
        try
        {
            await Reactor.Shared.WaitReadableAsync(Descriptor).ConfigureAwait(false);
            return ChildProcess.Reap(Descriptor) ?? throw new ContainerRuntimeException(
                RuntimeErrorKind.Unknown,
                "wait for container: other code of this process has reaped it, and the kernel does not tell its exit status twice (before Linux 6.15)");
        }
        finally
        {
            Descriptor.DangerousRelease();
            ThreadPool.UnsafeQueueUserWorkItem(static process => process.Release(), this, preferLocal: false);
        }
    }

    private void Release()
    {
        _mountNamespace?.Dispose();
        _lease?.Dispose();
        _released.TrySetResult();
    }
}
