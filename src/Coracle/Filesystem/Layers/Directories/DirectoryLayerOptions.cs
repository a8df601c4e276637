namespace Coracle.Filesystem.Layers.Directories;

/// <summary>How a layer is written as a directory.</summary>
internal sealed record DirectoryLayerOptions
{
    /// <summary>Whether overlay's marks are <c>user.*</c> attributes.</summary>
    internal bool UserXattr { get; init; }

    /// <summary>Whether to resolve paths as on a kernel without openat2(2).</summary>
    internal bool ForceWalk { get; init; }
}
