using Coracle.Kernel.Files;
using Microsoft.Win32.SafeHandles;

namespace Coracle.Distribution.Content;

/// <summary>
/// Blobs by digest, in a directory that is an OCI image layout. Several processes may use it at once.
/// </summary>
/// <remarks>
/// A blob that can be seen is whole and verified: it is written under <c>ingest/</c>, and renamed into <c>blobs/</c> when
/// digest and size are right and its bytes are on the disk. Blobs never change, so readers take no lock.
/// </remarks>
internal sealed class ContentStore
{
    private const string LayoutFile = """{"imageLayoutVersion":"1.0.0"}""";
    private const string EmptyIndex = """{"schemaVersion":2,"manifests":[]}""";
    private const UnixFileMode DirectoryMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private ContentStore(string root)
    {
        Root = root;
        IngestDirectory = Path.Combine(root, "ingest");
        IndexPath = Path.Combine(root, "index.json");
    }

    /// <summary>The directory of the layout.</summary>
    internal string Root { get; }

    /// <summary>The layout's <c>index.json</c>: replaced as a whole, under <see cref="LockAsync"/>.</summary>
    internal string IndexPath { get; }

    /// <summary>Where blobs are that are not whole, and the leases of running pulls.</summary>
    internal string IngestDirectory { get; }

    /// <summary>Opens a store, makes what is missing of it, and removes what crashes have left.</summary>
    internal static async Task<ContentStore> OpenAsync(
        string root, TimeProvider clock, CancellationToken cancellationToken = default)
    {
        // The path that the kernel knows: ingest compares it with that of open files.
        ContentStore store = new(Resolve(Directory.CreateDirectory(Path.GetFullPath(root), DirectoryMode)));
        Directory.CreateDirectory(store.IngestDirectory, DirectoryMode);
        Directory.CreateDirectory(Path.Combine(store.Root, "blobs", "sha256"), DirectoryMode);
        using FileLock guard = await store.LockAsync(cancellationToken).ConfigureAwait(false);
        IngestSweeper.Sweep(store, clock);
        // The index first: a directory with oci-layout is taken for a whole layout.
        WriteIfMissing(store.IndexPath, EmptyIndex);
        WriteIfMissing(Path.Combine(store.Root, "oci-layout"), LayoutFile);
        return store;
    }

    /// <summary>Takes the lock under which the index, the leases and the set of blobs change together.</summary>
    internal Task<FileLock> LockAsync(CancellationToken cancellationToken) =>
        FileLock.AcquireAsync(Path.Combine(IngestDirectory, "lock"), shared: false, cancellationToken);

    /// <summary>Whether the store has the blob. One of another size is damaged, and as good as none.</summary>
    internal bool Contains(Digest digest, long size) => new FileInfo(PathOf(digest)) is { Exists: true } file && file.Length == size;

    /// <summary>Opens a blob to read it; null if the store does not have it.</summary>
    internal SafeFileHandle? TryOpen(Digest digest) => OpenFile.TryRead(PathOf(digest));

    /// <summary>Reads a small blob and verifies it; null if the store does not have it, or not whole.</summary>
    internal byte[]? TryRead(Digest digest, int maxBytes = Limits.DocumentBytes)
    {
        using SafeFileHandle? file = TryOpen(digest);
        if (file is null)
            return null;
        long length = RandomAccess.GetLength(file);
        if (length > maxBytes)
            throw new ContainerRuntimeException(
                RuntimeErrorKind.ResourceExhausted, $"read blob {digest}: it has {length} bytes, more than {maxBytes}");
        byte[] bytes = new byte[length];
        int done = 0;
        while (done < bytes.Length && RandomAccess.Read(file, bytes.AsSpan(done), done) is > 0 and int read)
            done += read;
        return done == bytes.Length && ContentHash.Compute(digest, bytes) == digest ? bytes : null;
    }

    /// <summary>Adds a small blob.</summary>
    internal async Task WriteAsync(Digest digest, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        using BlobIngest? ingest = await BeginAsync(digest, bytes.Length, cancellationToken).ConfigureAwait(false);
        if (ingest is null)
            return;
        if (ContentHash.Compute(digest, bytes.Span) != digest)
            throw new ContainerRuntimeException(RuntimeErrorKind.IntegrityFailed, $"write blob {digest}: the bytes have another digest");
        ingest.Restart();
        ingest.Append(bytes.Span);
        ingest.Commit();
    }

    /// <summary>
    /// Begins to add a blob, or goes on with one that was begun before, here or in another process. Waits while somebody
    /// else is at it.
    /// </summary>
    /// <returns>The unfinished blob; null if the store has it by now.</returns>
    internal async Task<BlobIngest?> BeginAsync(Digest digest, long size, CancellationToken cancellationToken)
    {
        string partial = Path.Combine(IngestDirectory, $"{digest.Algorithm}-{digest.Hex}");
        while (!Contains(digest, size))
        {
            FileLock owner = await FileLock.AcquireAsync(partial, shared: false, cancellationToken).ConfigureAwait(false);
            // Whoever had the lock before may have finished (then this file is the blob now) or given up.
            if (OpenFile.CurrentPath(owner.File) == partial && !Contains(digest, size))
                return new BlobIngest(this, owner, digest, size);
            if (OpenFile.CurrentPath(owner.File) == partial)
                File.Delete(partial);
            owner.Dispose();
        }
        return null;
    }

    /// <summary>Removes a blob. Readers that have it open keep it.</summary>
    /// <returns>Whether it was there.</returns>
    internal bool Delete(Digest digest)
    {
        string path = PathOf(digest);
        bool existed = File.Exists(path);
        File.Delete(path);
        return existed;
    }

    /// <summary>Makes the names of new blobs survive a power cut. Before anything refers to them.</summary>
    internal void SyncNames()
    {
        foreach (string algorithm in Directory.EnumerateDirectories(Path.Combine(Root, "blobs")))
            AtomicFile.SyncDirectory(algorithm);
    }

    /// <summary>The path of a blob, in the layout's form. A digest is only hexadecimal digits, so it leads nowhere else.</summary>
    internal string PathOf(Digest digest) => Path.Combine(Root, "blobs", digest.Algorithm, digest.Hex);

    private static string Resolve(DirectoryInfo directory)
    {
        string path = directory.FullName;
        for (DirectoryInfo? part = directory; part is not null; part = part.Parent)
        {
            if (part.ResolveLinkTarget(returnFinalTarget: true) is { } target)
                return Resolve(new DirectoryInfo(Path.Combine(target.FullName, Path.GetRelativePath(part.FullName, path))));
        }
        return path;
    }

    private static void WriteIfMissing(string path, string content)
    {
        if (!File.Exists(path))
            AtomicFile.Write(path, System.Text.Encoding.UTF8.GetBytes(content), durable: true);
    }
}
