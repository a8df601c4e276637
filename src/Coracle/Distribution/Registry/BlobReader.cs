using System.Buffers;

namespace Coracle.Distribution.Registry;

/// <summary>
/// The bytes of a blob from some offset on, exactly as many as the manifest says. A connection that breaks is made anew
/// and goes on where the old one stopped.
/// </summary>
internal sealed class BlobReader(
    RegistrySession session, RetryPolicy retries, BlobRequest blob, long offset, CancellationToken cancellationToken)
    : IAsyncDisposable
{
    // Failures are forgiven when at least this much has come since: a bad line gets through a big blob, and a registry that
    // sends one byte a connection does not keep us for ever.
    private const long ProgressBytes = 1024 * 1024;
    private const int DiscardBytes = 64 * 1024;
    private const int MaxFailures = 5;

    private RegistryBody? _body;
    private long _position = offset;
    private long _lastFailure = offset;
    private int _failures;

    /// <summary>Reads some bytes; 0 at the end of the blob.</summary>
    /// <exception cref="RegistryException">The blob can't be had, or not all of it, or it has more bytes than it may.</exception>
    internal async ValueTask<int> ReadAsync(Memory<byte> buffer)
    {
        while (true)
        {
            try
            {
                return await ReadOnceAsync(buffer).ConfigureAwait(false);
            }
            catch (RegistryException e) when (_body is not null && retries.CanRetry(e))
            {
                // Without a body it was the opening that failed, and that was tried often enough.
                await CloseAsync().ConfigureAwait(false);
                _failures = _position - _lastFailure >= ProgressBytes ? 1 : _failures + 1;
                _lastFailure = _position;
                if (_failures >= MaxFailures)
                    throw;
                await retries.PauseAsync(e, _failures, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => CloseAsync();

    private async ValueTask<int> ReadOnceAsync(Memory<byte> buffer)
    {
        if (_position == blob.Size)
        {
            await CheckEndAsync().ConfigureAwait(false);
            return 0;
        }
        if (_body is null)
            await OpenAsync().ConfigureAwait(false);
        long left = blob.Size - _position;
        int read = await _body!.ReadAsync(buffer.Length <= left ? buffer : buffer[..(int)left]).ConfigureAwait(false);
        if (read == 0)
            throw RegistryFailure.Broken(_body.Address, $"the blob ended after {_position} of {blob.Size} bytes");
        _position += read;
        return read;
    }

    private async ValueTask OpenAsync()
    {
        (_body, long start) = await session.OpenBlobAsync(blob, _position, cancellationToken).ConfigureAwait(false);
        if (start == _position)
            return;
        // The registry ignores ranges. What we have is passed over.
        byte[] discard = ArrayPool<byte>.Shared.Rent(DiscardBytes);
        try
        {
            while (start < _position)
            {
                int length = (int)Math.Min(discard.Length, _position - start);
                int read = await _body.ReadAsync(discard.AsMemory(0, length)).ConfigureAwait(false);
                if (read == 0)
                    throw RegistryFailure.Broken(_body.Address, $"the blob ended after {start} of {blob.Size} bytes");
                start += read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(discard);
        }
    }

    // Reading the end also lets the connection be used again.
    private async ValueTask CheckEndAsync()
    {
        if (_body is null)
            return;
        byte[] one = new byte[1];
        Uri address = _body.Address;
        int read = await _body.ReadAsync(one).ConfigureAwait(false);
        await CloseAsync().ConfigureAwait(false);
        if (read > 0)
            throw RegistryFailure.Lie(address, $"the blob goes on after the {blob.Size} bytes that the manifest says");
    }

    private async ValueTask CloseAsync()
    {
        RegistryBody? body = _body;
        _body = null;
        if (body is not null)
            await body.DisposeAsync().ConfigureAwait(false);
    }
}
