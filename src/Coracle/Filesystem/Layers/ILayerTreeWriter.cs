namespace Coracle.Filesystem.Layers;

/// <summary>
/// Takes the file tree of one layer, entry by entry in the order of its tar, and makes it into the form in which the layer is
/// kept: a directory, or one EROFS file. All forms give the same tree.
/// </summary>
/// <remarks>
/// <para>A path is bytes (names need not be UTF-8), relative to the layer's root, without empty, "." or ".." parts and
/// without a slash at either end; the root itself is the empty path. A symbolic link in the middle of a path is followed as
/// if the layer's root were "/": nothing ever lands outside.</para>
/// <para>Rules of the OCI image specification, "Applying Changesets": a directory over a directory replaces its attributes
/// and keeps its children; anything else over something removes that first. A missing parent is made with the attributes
/// that <see cref="ILowerLayers"/> gives for it, or 0755 root:root.</para>
/// <para>Whiteouts are given already in overlay's terms; they speak of lower layers only, so they never remove an entry of
/// this layer. A directory with a whiteout at its own path is opaque: the two say that the lower one is gone.</para>
/// <para>Not thread-safe. Disposing without <see cref="CompleteAsync"/> leaves nothing behind.</para>
/// </remarks>
internal interface ILayerTreeWriter : IAsyncDisposable
{
    /// <summary>A directory. Its times are set last, when nothing is written below it any more.</summary>
    void AddDirectory(ReadOnlySpan<byte> path, in EntryMetadata metadata);

    /// <summary>Begins a regular file; <see cref="WriteData"/> gives its bytes and <see cref="EndFile"/> ends it.</summary>
    /// <param name="path">The path.</param>
    /// <param name="size">The size, holes included.</param>
    /// <param name="metadata">The rest.</param>
    void BeginFile(ReadOnlySpan<byte> path, long size, in EntryMetadata metadata);

    /// <summary>Writes bytes at a position of the file begun; positions only grow, and what is skipped is a hole.</summary>
    void WriteData(long position, ReadOnlySpan<byte> data);

    /// <summary>Ends the file begun.</summary>
    void EndFile();

    /// <summary>A symbolic link.</summary>
    void AddSymbolicLink(ReadOnlySpan<byte> path, ReadOnlySpan<byte> target, in EntryMetadata metadata);

    /// <summary>
    /// Another name of a file of this layer. If only a lower layer has the target, it is copied into this layer first, at its
    /// own path, so that both names are one file.
    /// </summary>
    void AddHardLink(ReadOnlySpan<byte> path, ReadOnlySpan<byte> target);

    /// <summary>A character device, block device or FIFO.</summary>
    void AddSpecial(ReadOnlySpan<byte> path, SpecialFile type, uint major, uint minor, in EntryMetadata metadata);

    /// <summary>Hides what lower layers have at a path.</summary>
    void AddWhiteout(ReadOnlySpan<byte> path);

    /// <summary>
    /// Hides everything that lower layers have below a directory, which is made if it is missing. A link is followed in the last
    /// part too: the mark of a tar lies in the directory.
    /// </summary>
    void SetOpaque(ReadOnlySpan<byte> path);

    /// <summary>Finishes the layer and syncs it to disk. It lies where the writer was told to make it.</summary>
    Task CompleteAsync(CancellationToken cancellationToken);
}

/// <summary>The kinds of special file that a layer can have.</summary>
internal enum SpecialFile
{
    /// <summary>A character device.</summary>
    CharacterDevice,

    /// <summary>A block device.</summary>
    BlockDevice,

    /// <summary>A named pipe.</summary>
    Fifo,
}
