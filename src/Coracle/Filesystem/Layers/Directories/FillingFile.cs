using Coracle.Kernel.Paths;

namespace Coracle.Filesystem.Layers.Directories;

/// <summary>A file that was created and is not finished yet. Used again for others.</summary>
internal sealed class FillingFile
{
    private int _references;

    internal OutputFile File { get; } = new();

    internal PathBuffer Path { get; } = new();

    internal EntryMetadata Metadata { get; private set; }

    /// <summary>The size that it shall have, holes included.</summary>
    internal long Size { get; private set; }

    /// <summary>Where its data ends.</summary>
    internal long End { get; set; }

    internal void Begin(ReadOnlySpan<byte> path, long size, in EntryMetadata metadata)
    {
        Path.Set(path);
        Metadata = metadata;
        Size = size;
        End = 0;
        _references = 1;
    }

    /// <summary>One more that must be done before it is finished.</summary>
    internal void AddReference() => Interlocked.Increment(ref _references);

    /// <summary>One of them is done.</summary>
    /// <returns>Whether it was the last.</returns>
    internal bool Release() => Interlocked.Decrement(ref _references) == 0;
}
