using Coracle.Kernel.Files;

namespace Coracle.Distribution.Content;

/// <summary>Removes what processes that are gone have left unfinished, and nobody went on with.</summary>
internal static class IngestSweeper
{
    // Long enough for a pull that is tried again after the weekend.
    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(14);

    /// <summary>Sweeps a store. To be called under its lock.</summary>
    internal static void Sweep(ContentStore store, TimeProvider clock)
    {
        // Made and renamed under the lock: who holds it finds none but those of the dead.
        foreach (string temporary in Directory.EnumerateFiles(store.Root, "*.tmp"))
            File.Delete(temporary);
        _ = ContentLease.ReadAll(store);
        DateTime oldest = (clock.GetUtcNow() - KeptFor).UtcDateTime;
        foreach (FileInfo partial in new DirectoryInfo(store.IngestDirectory).EnumerateFiles("sha*-*"))
        {
            if (partial.LastWriteTimeUtc < oldest)
                Remove(partial.FullName);
        }
    }

    private static void Remove(string partial)
    {
        using FileLock? owner = FileLock.TryAcquire(partial);
        if (owner is not null && OpenFile.CurrentPath(owner.File) == partial)
            File.Delete(partial);
    }
}
