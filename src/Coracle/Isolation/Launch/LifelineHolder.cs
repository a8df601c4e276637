namespace Coracle.Isolation.Launch;

/// <summary>The <see cref="Lifeline"/> of a launcher: started with the first container, ended a while after the last.</summary>
internal sealed class LifelineHolder(TimeProvider time) : IAsyncDisposable
{
    // Long enough that one container after another shares a lifeline (2 ms to start), short enough that none is noticed idle.
    private static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _gate = new(1, 1);
    private volatile Lifeline? _lifeline;
    private int _uses;
    private ITimer? _idle;
    private bool _disposed;

    /// <summary>A lease of the lifeline. It lasts until the lease is disposed.</summary>
    internal async ValueTask<Lease> AcquireAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _lifeline ??= await Lifeline.StartAsync(time, cancellationToken).ConfigureAwait(false);
            _uses++;
            return new Lease(this, _lifeline);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Begins to make a lifeline if there is none.</summary>
    internal void Prepare()
    {
        if (_lifeline is null)
            _ = Task.Run(PrepareAsync);
    }

    /// <summary>Ends the lifeline, and every container that is still in it.</summary>
    public async ValueTask DisposeAsync()
    {
        await _gate.WaitAsync().ConfigureAwait(false);
        try
        {
            _disposed = true;
            _idle?.Dispose();
            if (_lifeline is not null)
                await _lifeline.End().ConfigureAwait(false);
            _lifeline = null;
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task PrepareAsync()
    {
        try
        {
            using Lease lease = await AcquireAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is ContainerRuntimeException or ObjectDisposedException)
        {
            // the start that needs it will say why there is none
        }
    }

    private void Release()
    {
        _gate.Wait();
        try
        {
            if (--_uses > 0 || _disposed)
                return;
            _idle ??= time.CreateTimer(static holder => ((LifelineHolder)holder!).EndIfIdle(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _idle.Change(IdleTime, Timeout.InfiniteTimeSpan);
        }
        finally
        {
            _gate.Release();
        }
    }

    private void EndIfIdle()
    {
        _gate.Wait();
        try
        {
            if (_uses > 0)
                return;
            _ = _lifeline?.End(); // a stub that is being made sees that its namespace is gone
            _lifeline = null;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>The right to use a lifeline.</summary>
    internal sealed class Lease(LifelineHolder holder, Lifeline lifeline) : IDisposable
    {
        private int _disposed;

        internal Lifeline Lifeline { get; } = lifeline;

        /// <inheritdoc />
        public void Dispose()
        {
            if (Interlocked.Exchange(ref _disposed, 1) == 0)
                holder.Release();
        }
    }
}
