using System.Security.Cryptography;

namespace Coracle.Distribution.Content;

/// <summary>Computes the digest of bytes as they pass by.</summary>
internal sealed class ContentHash : IDisposable
{
    private readonly IncrementalHash _hash;
    private readonly string _algorithm;

    /// <summary>Starts a digest of the same algorithm as a given one.</summary>
    internal ContentHash(Digest like)
    {
        _algorithm = like.Algorithm;
        _hash = IncrementalHash.CreateHash(_algorithm switch
        {
            "sha384" => HashAlgorithmName.SHA384,
            "sha512" => HashAlgorithmName.SHA512,
            _ => HashAlgorithmName.SHA256,
        });
    }

    /// <summary>Takes the next bytes.</summary>
    internal void Append(ReadOnlySpan<byte> bytes) => _hash.AppendData(bytes);

    /// <summary>The digest of all bytes so far; begins anew.</summary>
    internal Digest Finish()
    {
        Span<byte> hash = stackalloc byte[SHA512.HashSizeInBytes];
        int length = _hash.GetHashAndReset(hash);
        return Digest.Parse($"{_algorithm}:{Convert.ToHexStringLower(hash[..length])}");
    }

    /// <summary>The digest of some bytes, of the same algorithm as a given one.</summary>
    internal static Digest Compute(Digest like, ReadOnlySpan<byte> bytes)
    {
        using ContentHash hash = new(like);
        hash.Append(bytes);
        return hash.Finish();
    }

    /// <inheritdoc />
    public void Dispose() => _hash.Dispose();
}
