using System.Runtime.CompilerServices;

namespace Coracle.Distribution.Registry;

/// <summary>The body of an answer, read so that neither silence nor a broken connection goes unnoticed.</summary>
internal sealed class RegistryBody : IAsyncDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly Stream _stream;
    private readonly TimeSpan _patience;
    private readonly CancellationToken _cancelled;

    // One for all reads: a pair of sources a read would be half a percent of the bytes that pass by.
    private readonly CancellationTokenSource _stop;
    private readonly CancellationTokenRegistration _registration;

    private RegistryBody(
        HttpResponseMessage response, Stream stream, TimeSpan patience, TimeProvider clock, CancellationToken cancellationToken)
    {
        (_response, _stream, _patience, _cancelled) = (response, stream, patience, cancellationToken);
        _stop = new CancellationTokenSource(Timeout.InfiniteTimeSpan, clock);
        _registration = cancellationToken.UnsafeRegister(static stop => ((CancellationTokenSource)stop!).Cancel(), _stop);
    }

    /// <summary>Where it comes from, after redirects.</summary>
    internal Uri Address => _response.RequestMessage!.RequestUri!;

    /// <summary>Opens the body of an answer. The answer is owned by the result.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="timings">How patient to be.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="cancellationToken">Cancels every read.</param>
    internal static async Task<RegistryBody> OpenAsync(
        HttpResponseMessage response, RegistryTimings timings, TimeProvider clock, CancellationToken cancellationToken)
    {
        Uri address = response.RequestMessage!.RequestUri!;
        // Nobody asked for an encoding, and a blob's digest is that of its own bytes.
        string? encoding = response.Content.Headers.ContentEncoding.FirstOrDefault(e => e is not ("identity" or ""));
        if (encoding is not null)
            throw RegistryFailure.Lie(address, $"the body is encoded as {Printable.Clean(encoding)}, which was not asked for");
        Stream stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        return new RegistryBody(response, stream, timings.Stall, clock, cancellationToken);
    }

    /// <summary>Reads all of a small body.</summary>
    /// <exception cref="RegistryException">It has more bytes than allowed.</exception>
    internal static async Task<byte[]> ReadAllAsync(
        HttpResponseMessage response,
        int maxBytes,
        RegistryTimings timings,
        TimeProvider clock,
        CancellationToken cancellationToken)
    {
        RegistryBody body = await OpenAsync(response, timings, clock, cancellationToken).ConfigureAwait(false);
        await using ConfiguredAsyncDisposable disposal = body.ConfigureAwait(false);
        long? announced = response.Content.Headers.ContentLength;
        if (announced > maxBytes)
            throw RegistryFailure.Lie(body.Address, $"the body has {announced} bytes, more than {maxBytes}");
        byte[] buffer = new byte[announced ?? 16 * 1024];
        int length = 0;
        while (true)
        {
            if (length == buffer.Length && length == announced)
                return buffer;
            if (length > maxBytes)
                throw RegistryFailure.Lie(body.Address, $"the body has more than {maxBytes} bytes");
            if (length == buffer.Length)
                Array.Resize(ref buffer, Math.Min(buffer.Length * 2, maxBytes + 1));
            int read = await body.ReadAsync(buffer.AsMemory(length)).ConfigureAwait(false);
            if (read == 0)
                return buffer[..length];
            length += read;
        }
    }

    /// <summary>Reads some bytes; 0 at the end.</summary>
    /// <exception cref="RegistryException">The connection broke, or no byte came for too long.</exception>
    internal async ValueTask<int> ReadAsync(Memory<byte> buffer)
    {
        try
        {
            _stop.CancelAfter(_patience);
            int read = await _stream.ReadAsync(buffer, _stop.Token).ConfigureAwait(false);
            // What the reader does with the bytes, or waits for, is no silence of the registry.
            _stop.CancelAfter(Timeout.InfiniteTimeSpan);
            return read;
        }
        catch (OperationCanceledException e) when (!_cancelled.IsCancellationRequested)
        {
            throw RegistryFailure.Broken(Address, $"no byte came for {_patience.TotalSeconds} s", e);
        }
        catch (Exception e) when (e is IOException or HttpRequestException && !_cancelled.IsCancellationRequested)
        {
            throw RegistryFailure.Broken(Address, $"the body broke off: {Printable.Clean(e.Message)}", e);
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _registration.DisposeAsync().ConfigureAwait(false);
        await _stream.DisposeAsync().ConfigureAwait(false);
        _response.Dispose();
        _stop.Dispose();
    }
}
