using System.Buffers;
using System.IO.Pipelines;
using System.Security.Cryptography;
using Coracle.Filesystem.Layers.Tar;
using ZstdSharp;

namespace Coracle.Filesystem.Layers;

internal sealed partial class LayerApplier
{
    private async Task InflateAsync(PipeReader blob, PipeWriter output, CancellationToken cancellationToken)
    {
        Exception? failure = null;
        try
        {
            Stream inflated = await LayerDecompression.OpenAsync(blob, cancellationToken).ConfigureAwait(false);
            bool isWanted;
            await using (inflated.ConfigureAwait(false))
                isWanted = await InflateAsync(inflated, output, cancellationToken).ConfigureAwait(false);
            if (isWanted)
                await DrainAsync(blob, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is InvalidDataException or ZstdException or EndOfStreamException)
        {
            failure = new ContainerRuntimeException(
                RuntimeErrorKind.InvalidInput, $"decompress: {exception.Message}", exception);
            throw failure;
        }
        catch (Exception exception)
        {
            failure = exception;
            throw;
        }
        finally
        {
            await output.CompleteAsync(failure).ConfigureAwait(false);
            await blob.CompleteAsync(failure).ConfigureAwait(false);
        }
    }

    // Returns false if writing has failed: there is nobody to inflate for.
    private async Task<bool> InflateAsync(Stream inflated, PipeWriter output, CancellationToken cancellationToken)
    {
        long size = 0;
        int unflushed = 0;
        while (true)
        {
            Memory<byte> buffer = output.GetMemory();
            int read = await inflated.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            if (read == 0)
                return true;
            size += read;
            if (size > _maxSize)
                throw TarError.TooLarge("the layer is too large when it is uncompressed", _maxSize);
            output.Advance(read);
            unflushed += read;
            if (unflushed < SegmentSize)
                continue;
            unflushed = 0;
            FlushResult flush = await output.FlushAsync(cancellationToken).ConfigureAwait(false);
            if (flush.IsCompleted)
                return false;
        }
    }

    // A gzip stream may be followed by padding. The blob's digest is over all of it, so whoever computes it must see it pass.
    private static async Task DrainAsync(PipeReader blob, CancellationToken cancellationToken)
    {
        while (true)
        {
            ReadResult result = await blob.ReadAsync(cancellationToken).ConfigureAwait(false);
            blob.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
                return;
        }
    }

    private async Task WriteAsync(PipeReader input, CancellationToken cancellationToken)
    {
        Exception? failure = null;
        try
        {
            using IncrementalHash hash = IncrementalHash.CreateHash(AlgorithmOf(_diffId));
            LayerEntryApplier entries = new(_writer);
            TarParser parser = new(entries);
            while (true)
            {
                ReadResult result = await input.ReadAsync(cancellationToken).ConfigureAwait(false);
                Take(result.Buffer, hash, parser, entries);
                input.AdvanceTo(result.Buffer.End);
                if (result.IsCompleted)
                    break;
            }
            Verify(hash);
            parser.Complete();
        }
        catch (Exception exception)
        {
            failure = exception;
            throw;
        }
        finally
        {
            await input.CompleteAsync(failure).ConfigureAwait(false);
        }
    }

    private static void Take(in ReadOnlySequence<byte> bytes, IncrementalHash hash, TarParser parser, LayerEntryApplier entries)
    {
        try
        {
            foreach (ReadOnlyMemory<byte> segment in bytes)
            {
                hash.AppendData(segment.Span);
                parser.Feed(segment.Span);
            }
        }
        catch (ContainerRuntimeException exception) when (exception.Errno == 0 && entries.Current is { } current)
        {
            throw new ContainerRuntimeException(exception.Kind, $"{exception.Message}, at or after {current}", exception);
        }
    }

    // The digest says more than a parser that stumbles over what is missing, so it is asked first.
    private void Verify(IncrementalHash hash)
    {
        string actual = $"{_diffId.Algorithm}:{Convert.ToHexStringLower(hash.GetHashAndReset())}";
        if (actual != _diffId.ToString())
        {
            throw new ContainerRuntimeException(
                RuntimeErrorKind.IntegrityFailed,
                $"its uncompressed content is {actual}, but the image says {_diffId} (the image is damaged or was made wrong)");
        }
    }

    private static HashAlgorithmName AlgorithmOf(Digest digest) => digest.Algorithm switch
    {
        "sha256" => HashAlgorithmName.SHA256,
        "sha384" => HashAlgorithmName.SHA384,
        _ => HashAlgorithmName.SHA512,
    };
}
