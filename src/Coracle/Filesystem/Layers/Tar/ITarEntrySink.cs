namespace Coracle.Filesystem.Layers.Tar;

/// <summary>Takes the entries of a tar while it is read.</summary>
internal interface ITarEntrySink
{
    /// <summary>An entry begins. Only regular files get <see cref="Data"/>; each entry gets an <see cref="End"/>.</summary>
    void Begin(TarEntry entry);

    /// <summary>Content of the entry. Positions only grow; what is skipped is a hole.</summary>
    void Data(long position, ReadOnlySpan<byte> bytes);

    /// <summary>The entry ends.</summary>
    void End();
}
