using Coracle.Kernel.Files;
using Microsoft.Extensions.Logging;

namespace Coracle.Filesystem.Layers;

/// <summary>Where layers are kept, and how.</summary>
internal sealed record LayerStoreOptions
{
    /// <summary>The directory of the layers. Made if it is missing.</summary>
    internal required string Directory { get; init; }

    /// <summary>The directory of locks between processes. Made if it is missing.</summary>
    internal required string LocksDirectory { get; init; }

    /// <summary>Takes what is removed.</summary>
    internal required Trash Trash { get; init; }

    /// <summary>How new layers are kept. What is there already is used in whatever form it has.</summary>
    internal LayerFormat Format { get; init; }

    /// <summary>Whether overlay's marks are <c>user.*</c> attributes, as a user namespace needs them.</summary>
    internal bool UserXattr { get; init; }

    /// <summary>The most uncompressed bytes of one layer.</summary>
    internal long MaxLayerSize { get; init; } = LayerLimits.MaxUncompressedSize;

    internal ILogger? Logger { get; init; }
}
