using System.Collections.Concurrent;
using Coracle.Kernel.Errors;
using Coracle.Kernel.Handles;
using Coracle.Kernel.Interop;

namespace Coracle.Kernel.Polling;

/// <summary>
/// Waits for readiness of descriptors that .NET's own sockets engine does not take: pidfds, pipes, eventfds, ptys. One
/// epoll instance and one thread for the process.
/// </summary>
internal sealed class Reactor
{
    private const int BatchSize = 64;

    private static readonly Lazy<Reactor> LazyShared = new(() => new Reactor());
    private readonly ConcurrentDictionary<long, Registration> _registrations = new();
    private readonly int _epoll;
    private long _nextKey;

    private Reactor()
    {
        _epoll = FileDescriptor.FromResult(Libc.epoll_create1(Libc.O_CLOEXEC), "epoll_create1").Release();
        new Thread(Loop) { IsBackground = true, Name = "coracle-reactor" }.Start();
    }

    /// <summary>The reactor of this process. It lives as long as the process.</summary>
    internal static Reactor Shared => LazyShared.Value;

    /// <summary>Completes when the descriptor can be read, or its peer has closed it.</summary>
    /// <param name="fd">The descriptor. At most one wait at a time on one open descriptor; it must stay open meanwhile.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    internal Task WaitReadableAsync(FileDescriptor fd, CancellationToken cancellationToken = default) =>
        WaitAsync(fd, Libc.EPOLLIN, cancellationToken);

    /// <summary>Completes when the descriptor can be written, or its peer has closed it.</summary>
    /// <param name="fd">The descriptor. At most one wait at a time on one open descriptor; it must stay open meanwhile.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    internal Task WaitWritableAsync(FileDescriptor fd, CancellationToken cancellationToken = default) =>
        WaitAsync(fd, Libc.EPOLLOUT, cancellationToken);

    /// <summary>Completes when the peer has closed its end, whatever it sent before.</summary>
    /// <param name="fd">The descriptor. At most one wait at a time on one open descriptor; it must stay open meanwhile.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    internal Task WaitHangUpAsync(FileDescriptor fd, CancellationToken cancellationToken = default) =>
        WaitAsync(fd, events: 0, cancellationToken); // EPOLLHUP is always told

    private async Task WaitAsync(FileDescriptor fd, uint events, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        long key = Interlocked.Increment(ref _nextKey);
        Registration registration = new(fd);
        _registrations[key] = registration;
        Add(key, registration, events);
        CancellationTokenRegistration cancellation = cancellationToken.UnsafeRegister(
            static (state, token) => ((Registration)state!).Ready.TrySetCanceled(token), registration);
        try
        {
            await registration.Ready.Task.ConfigureAwait(false);
        }
        finally
        {
            await cancellation.DisposeAsync().ConfigureAwait(false);
            _registrations.TryRemove(key, out _);
            Remove(fd);
            registration.Release();
        }
    }

    private unsafe void Add(long key, Registration registration, uint events)
    {
        byte* epollEvent = stackalloc byte[16];
        Libc.EpollEvent.Write(epollEvent, events | Libc.EPOLLONESHOT, key);
        if (Libc.epoll_ctl(_epoll, Libc.EPOLL_CTL_ADD, registration.Descriptor.Number, epollEvent) == 0)
            return;
        int errno = Errno.Last;
        _registrations.TryRemove(key, out _);
        registration.Release();
        throw Errno.Failure(errno, "wait for descriptor");
    }

    private unsafe void Remove(FileDescriptor fd) => _ = Libc.epoll_ctl(_epoll, Libc.EPOLL_CTL_DEL, fd.Number, null);

    private unsafe void Loop()
    {
        byte* events = stackalloc byte[BatchSize * 16];
        while (true)
        {
            int count = Libc.epoll_wait(_epoll, events, BatchSize, -1);
            for (int i = 0; i < count; i++)
            {
                (_, long key) = Libc.EpollEvent.Read(events + (i * Libc.EpollEvent.Size));
                if (_registrations.TryRemove(key, out Registration? registration))
                    registration.Ready.TrySetResult();
            }
        }
    }

    // Holds a reference on the handle so that its number can't be closed and reused while the kernel watches it.
    private sealed class Registration
    {
        private bool _referenced;

        internal Registration(FileDescriptor descriptor)
        {
            Descriptor = descriptor;
            descriptor.DangerousAddRef(ref _referenced);
        }

        internal FileDescriptor Descriptor { get; }

        internal TaskCompletionSource Ready { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal void Release()
        {
            if (_referenced)
                Descriptor.DangerousRelease();
            _referenced = false;
        }
    }
}
