using System.Text;
using Coracle.Kernel.Files;

namespace Coracle.Distribution.Content;

/// <summary>
/// Says to other processes which content this one is about to use, so that they do not remove it. A file with the digests,
/// locked as long as the lease lives: what a crash leaves of it binds nobody.
/// </summary>
internal sealed class ContentLease : IDisposable
{
    private const string Prefix = "lease-";

    private readonly FileLock _file;

    private ContentLease(FileLock file) => _file = file;

    /// <summary>Takes a lease. Digests of any kind: blobs, diff ids, chain ids.</summary>
    internal static async Task<ContentLease> TakeAsync(
        ContentStore store, IEnumerable<Digest> digests, CancellationToken cancellationToken)
    {
        byte[] text = Encoding.ASCII.GetBytes(string.Join('\n', digests));
        // Whoever removes content reads the leases under this lock: it sees either none or all of this one.
        using FileLock guard = await store.LockAsync(cancellationToken).ConfigureAwait(false);
        FileLock file = FileLock.TryAcquire(Path.Combine(store.IngestDirectory, Prefix + Guid.NewGuid().ToString("N")))
            ?? throw new InvalidOperationException("a new lease is locked by somebody else");
        using Microsoft.Win32.SafeHandles.SafeFileHandle handle = OpenFile.Wrap(file.File.Duplicate());
        RandomAccess.Write(handle, text, 0);
        return new ContentLease(file);
    }

    /// <summary>The content that is about to be used by anybody. To be called under the store's lock.</summary>
    internal static IReadOnlySet<Digest> ReadAll(ContentStore store)
    {
        HashSet<Digest> leased = [];
        foreach (string path in Directory.EnumerateFiles(store.IngestDirectory, Prefix + "*"))
        {
            using FileLock? stale = FileLock.TryAcquire(path);
            if (stale is not null)
                File.Delete(path);
            else
                leased.UnionWith(Read(path));
        }
        return leased;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        File.Delete(_file.Path);
        _file.Dispose();
    }

    private static IEnumerable<Digest> Read(string path)
    {
        using Microsoft.Win32.SafeHandles.SafeFileHandle? file = OpenFile.TryRead(path);
        if (file is null)
            return [];
        byte[] text = new byte[RandomAccess.GetLength(file)];
        int length = RandomAccess.Read(file, text, 0);
        return [.. Encoding.ASCII.GetString(text, 0, length).Split('\n')
            .Select(line => Digest.TryParse(line, out Digest digest) ? digest : (Digest?)null).OfType<Digest>()];
    }
}
