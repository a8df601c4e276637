namespace Coracle;

/// <summary>How far one blob of a pull is.</summary>
/// <param name="Blob">The digest of the blob.</param>
/// <param name="Stage">What is being done with it.</param>
/// <param name="Current">Bytes done in this stage.</param>
/// <param name="Total">Bytes of this stage.</param>
public readonly record struct PullProgress(Digest Blob, PullStage Stage, long Current, long Total);

/// <summary>The stages of a layer's way into the store.</summary>
public enum PullStage
{
    /// <summary>It waits for its turn.</summary>
    Waiting,

    /// <summary>It is downloaded, and unpacked as it comes.</summary>
    Downloading,

    /// <summary>All bytes are here; the rest is unpacked.</summary>
    Extracting,

    /// <summary>It is verified, unpacked and in the store.</summary>
    Complete,

    /// <summary>The store had it.</summary>
    AlreadyExists,
}
